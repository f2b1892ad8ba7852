/**
 * Noise schedules of diffusion, in double precision. Ho et al. 2020; the cosine is Nichol & Dhariwal
 * 2021, steps left out evenly are Song et al. 2021 (DDIM).
 */

import { GraphError } from '@bandweave/graph';

export interface DiffusionSchedule {
  readonly betas: Float64Array;
  /** Products of 1 - beta up to and with each step. */
  readonly kept: Float64Array;
  /** The same up to the step before; 1 at the first. */
  readonly keptBefore: Float64Array;
  /** The step of the whole schedule that each one stands for. */
  readonly steps: readonly number[];
}

function scheduleOf(betas: Float64Array, steps: readonly number[]): DiffusionSchedule {
  const kept = new Float64Array(betas.length);
  betas.forEach((beta, i) => {
    kept[i] = (i > 0 ? kept[i - 1] : 1) * (1 - beta);
  });
  const keptBefore = Float64Array.from(kept, (_, i) => (i > 0 ? kept[i - 1] : 1));
  return { betas, kept, keptBefore, steps };
}

const everyStep = (count: number) => Array.from({ length: count }, (_, i) => i);

/** beta_i = min(1 - c((i + 1) / n) / c(i / n), 0.999), c(u) = cos²((u + 0.008) / 1.008 · π / 2). */
export function cosineNoise(count: number): DiffusionSchedule {
  const c = (u: number) => Math.cos((((u + 0.008) / 1.008) * Math.PI) / 2) ** 2;
  const betas = Float64Array.from(everyStep(count), (i) =>
    Math.min(1 - c((i + 1) / count) / c(i / count), 0.999),
  );
  return scheduleOf(betas, everyStep(count));
}

/** Evenly from 0.1 / n to 20 / n. */
export function linearNoise(count: number): DiffusionSchedule {
  const [first, last] = [0.1 / count, 20 / count];
  const betas = Float64Array.from(
    everyStep(count),
    (i) => first + ((last - first) * i) / (count - 1),
  );
  return scheduleOf(betas, everyStep(count));
}

/**
 * A schedule of fewer steps: every k-th of the whole one from 0 on, k the smallest stride that
 * leaves `count`.
 *
 * @throws GraphError where no stride does
 */
export function respaced(whole: DiffusionSchedule, count: number): DiffusionSchedule {
  const total = whole.betas.length;
  for (let stride = 1; stride <= total; stride++) {
    if (Math.ceil(total / stride) !== count) continue;
    const steps = everyStep(count).map((i) => i * stride);
    const betas = Float64Array.from(
      steps,
      (step, i) => 1 - whole.kept[step] / (i > 0 ? whole.kept[steps[i - 1]] : 1),
    );
    return scheduleOf(
      betas,
      steps.map((step) => whole.steps[step]),
    );
  }
  throw new GraphError(
    `respaced: expected a number of steps that a stride through ${total} leaves, got ${count}; take a divisor.`,
  );
}

/** Variance and weights of x0 and x_t in the mean of q(x_{t-1} | x_t, x0). */
export function posterior({ betas, kept, keptBefore }: DiffusionSchedule) {
  const of = (f: (i: number) => number) => Float64Array.from(betas, (_, i) => f(i));
  return {
    variance: of((i) => (betas[i] * (1 - keptBefore[i])) / (1 - kept[i])),
    start: of((i) => (betas[i] * Math.sqrt(keptBefore[i])) / (1 - kept[i])),
    state: of((i) => ((1 - keptBefore[i]) * Math.sqrt(1 - betas[i])) / (1 - kept[i])),
  };
}
