/**
 * Deblurring by the quaternion alternating direction method of multipliers: u solves the blur in
 * the Fourier domain, g is one low-rank pass over u + η/β, η holds them together. The pass is
 * requested, so that any executor can run it.
 */

import type { BlurKernel } from '../blur/kernels.js';
import { kernelSpectrum } from '../blur/operator.js';
import { type Complex, fft2, ifft2 } from '../fourier/fft.js';
import type { PassMemory, PassPlan, PassRequest } from '../patches/pass.js';
import type { DeblurParameters } from './parameters.js';

/** Relative changes of one iteration: what convergence means. */
export interface DeblurNorms {
  readonly iteration: number;
  /** ||u_k - u_(k-1)|| / ||u_k|| */
  readonly u: number;
  /** ||g_k - g_(k-1)|| / ||g_k|| */
  readonly g: number;
  /** ||u_k - g_k|| / ||u_k|| */
  readonly gap: number;
  readonly penalty: number;
}

/** What an iteration leaves; views, valid until the next. */
export interface DeblurState {
  readonly norms: DeblurNorms;
  readonly u: Float64Array;
  readonly g: Float64Array;
  readonly multiplier: Float64Array;
}

export interface DeblurTask {
  readonly parameters: DeblurParameters;
  readonly kernel: BlurKernel;
  /** [bands, height, width]: blurred and noisy. */
  readonly degraded: Float64Array;
  readonly onIteration?: (state: DeblurState) => void;
}

/** The plan of the passes of a picture. */
export function deblurPlan(
  { bands, height, width }: Pick<PassPlan, 'bands' | 'height' | 'width'>,
  { side, step, search, count, mode, rule, precision = 'single' }: DeblurParameters,
): PassPlan {
  return { bands, height, width, side, step, search, count, mode, rule, precision };
}

/** Returns g of the last iteration; `memory` is where the passes work. */
export function* deblurSteps(
  plan: PassPlan,
  memory: PassMemory,
  { parameters, kernel, degraded, onIteration }: DeblurTask,
): Generator<PassRequest, Float64Array, void> {
  const { schedule, fidelity, rematch, level } = parameters;
  const released = schedule.kind === 'released';
  const solver = makeSolver(plan, { kernel, degraded, fidelity, released });
  const length = degraded.length;
  let g: Float64Array = degraded.slice();
  let u: Float64Array = new Float64Array(length);
  const eta = new Float64Array(length);
  let penalty = parameters.penalty;
  for (let iteration = 1; iteration <= schedule.iterations; iteration++) {
    const before = { u, g };
    u = solver(g, eta, penalty);
    for (let i = 0; i < length; i++) {
      memory.noisy[i] = memory.current[i] = u[i] + eta[i] / penalty;
    }
    // The pass is the proximal map of the prior over β: its noise variance falls as β grows.
    const fixed = released ? level : level * Math.sqrt(parameters.penalty / penalty);
    yield {
      count: plan.count,
      matches: (iteration - 1) % rematch === 0 ? 'new' : 'kept',
      noise: { kind: 'fixed', level: fixed },
    };
    g = memory.current.slice();
    const by = released ? schedule.multiplierStep : penalty;
    for (let i = 0; i < length; i++) eta[i] += by * (u[i] - g[i]);
    const norms = {
      iteration,
      u: relative(u, before.u),
      g: relative(g, before.g),
      gap: relative(u, g),
      penalty,
    };
    onIteration?.({ norms, u, g, multiplier: eta });
    if (schedule.kind === 'continuation') {
      if (Math.max(norms.u, norms.g, norms.gap) < schedule.tolerance) break;
      penalty *= schedule.growth;
    }
  }
  return g;
}

function relative(a: Float64Array, b: Float64Array): number {
  let difference = 0;
  let size = 0;
  for (let i = 0; i < a.length; i++) {
    difference += (a[i] - b[i]) ** 2;
    size += a[i] * a[i];
  }
  return Math.sqrt(difference / Math.max(size, Number.MIN_VALUE));
}

interface SolverTask {
  readonly kernel: BlurKernel;
  readonly degraded: Float64Array;
  readonly fidelity: number;
  readonly released: boolean;
}

/**
 * u of the released program: F_q⁻¹((λ Re(A) F(f) + β F(g) - 2 conj F(η)) / (λ|A|² + β)), and of
 * the textbook: F⁻¹((λ conj(A) F(f) + β F(g) - F(η)) / (λ|A|² + β)).
 *
 * All factors but that of η are real and even, so the quaternion transform acts on each band alone;
 * F_q⁻¹ conj F_q(η) is -η⊥(x) - η∥(-x), η∥ the grey part (the bands' mean) and η⊥ the rest.
 */
function makeSolver(plan: PassPlan, { kernel, degraded, fidelity, released }: SolverTask) {
  const { bands, height, width } = plan;
  const size = height * width;
  const a = kernelSpectrum(kernel, { height, width });
  const energy = a.re.map((re, i) => re * re + a.im[i] * a.im[i]);
  const data = Array.from({ length: bands }, (_, band) => {
    const f: Complex = {
      re: degraded.slice(band * size, (band + 1) * size),
      im: new Float64Array(size),
    };
    fft2(f, plan);
    for (let i = 0; i < size; i++) {
      const [re, im] = [f.re[i], f.im[i]];
      const imaginary = released ? 0 : -a.im[i];
      f.re[i] = fidelity * (re * a.re[i] - im * imaginary);
      f.im[i] = fidelity * (re * imaginary + im * a.re[i]);
    }
    return f;
  });
  return (g: Float64Array, eta: Float64Array, penalty: number): Float64Array => {
    const multiplier = released ? turned(eta, plan) : eta.map((value) => -value);
    const u = new Float64Array(bands * size);
    for (let band = 0; band < bands; band++) {
      const x: Complex = { re: new Float64Array(size), im: new Float64Array(size) };
      const from = band * size;
      for (let i = 0; i < size; i++) x.re[i] = penalty * g[from + i] + multiplier[from + i];
      fft2(x, plan);
      const { re, im } = data[band];
      for (let i = 0; i < size; i++) {
        const by = 1 / (fidelity * energy[i] + penalty);
        x.re[i] = (x.re[i] + re[i]) * by;
        x.im[i] = (x.im[i] + im[i]) * by;
      }
      ifft2(x, plan);
      u.set(x.re, from);
    }
    return u;
  };
}

/** 2 (η⊥(x) + η∥(-x)). */
function turned(eta: Float64Array, { bands, height, width }: PassPlan): Float64Array {
  const size = height * width;
  const grey = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    for (let band = 0; band < bands; band++) grey[i] += eta[band * size + i] / bands;
  }
  const out = new Float64Array(eta.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const opposite = ((height - y) % height) * width + ((width - x) % width);
      for (let band = 0; band < bands; band++) {
        out[band * size + at] = 2 * (eta[band * size + at] - grey[at] + grey[opposite]);
      }
    }
  }
  return out;
}
