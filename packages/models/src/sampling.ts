/**
 * Networks whose image comes of several evaluations: diffusion and bridges. The network is one
 * evaluation; the path between them is plain arithmetic, so that there is progress after each, a
 * run can be stopped between two, and noise comes from where the caller takes it.
 */

import {
  add,
  clamp,
  constant,
  GraphError,
  mul,
  type Params,
  random,
  sub,
  type Tensor,
} from '@bandweave/graph';
import type { NetworkInputs } from './definition.js';

export interface SamplerChoice {
  /** One of the network's samplers. */
  readonly sampler: string;
  /** Evaluations of the network. */
  readonly steps: number;
}

/** What a request leaves open is that of the preset, or of the usual one. */
export interface SamplerRequest extends Partial<SamplerChoice> {
  readonly preset?: string;
}

/** x <- prediction · estimate + state · x + deviation · noise */
export interface SamplingStep {
  /** What the network is told of the time. */
  readonly time: number;
  readonly prediction: number;
  readonly state: number;
  readonly deviation: number;
}

export interface SamplingPlan {
  /** Where the state begins: standard normal noise, or zero. */
  readonly begin: 'noise' | 'zero';
  /** Whether the state is an image, or an image less `lms`. */
  readonly state: 'residual' | 'image';
  readonly steps: readonly SamplingStep[];
}

export interface Sampling {
  readonly samplers: readonly string[];
  readonly presets: Readonly<Record<string, SamplerChoice>>;
  /** The preset that is taken where nothing is asked for. */
  readonly usual: string;
  /** Images are kept within 0 .. 1 after each evaluation, where samples were made so. */
  readonly clamp?: true;
  /** The residual, sharp image less `lms`, estimated from a state at a time [b]. */
  evaluate(
    params: Params,
    inputs: NetworkInputs & { readonly state: Tensor; readonly time: Tensor },
  ): Tensor;
  /** @throws GraphError where there is no such sampler or not so many steps */
  plan(choice: SamplerChoice): SamplingPlan;
}

/**
 * What a request comes to.
 *
 * @throws GraphError where the network has no such preset or sampler
 */
export function samplerChoice(
  { presets, samplers, usual }: Omit<Sampling, 'evaluate'>,
  { preset, sampler, steps }: SamplerRequest = {},
): SamplerChoice {
  const found = Object.hasOwn(presets, preset ?? usual) ? presets[preset ?? usual] : undefined;
  if (!found) {
    const known = Object.keys(presets).join(', ');
    throw new GraphError(`--preset: expected one of ${known}, got '${preset}'.`);
  }
  const chosen = { sampler: sampler ?? found.sampler, steps: steps ?? found.steps };
  if (samplers.includes(chosen.sampler)) return chosen;
  throw new GraphError(
    `--sampler: expected one of ${samplers.join(', ')}, got '${chosen.sampler}'.`,
  );
}

/** Checks a number of evaluations. */
export function wholeSteps(network: string, steps: number): number {
  if (Number.isInteger(steps) && steps >= 1 && steps <= 1000) return steps;
  throw new GraphError(`${network}: expected 1 to 1000 steps, got ${steps}.`);
}

/** The noise of a traced sampler: the same for every window of a size, so that it is repeatable. */
const TRACED_SEED = 1;

/**
 * The usual sampler written out as one trace, for models that are exported: noise is a part of it.
 *
 * @param options.clamp whether images are kept within 0 .. 1
 */
export function tracedSampling(
  sampling: Sampling,
  { clamp: clamped }: { readonly clamp: boolean },
): (params: Params, inputs: NetworkInputs) => Tensor {
  return (params, inputs) => {
    const { lms } = inputs;
    const plan = sampling.plan(samplerChoice(sampling));
    const source = random(TRACED_SEED);
    const drawn = () =>
      constant(
        Float32Array.from({ length: lms.shape.reduce((n, d) => n * d, 1) }, () => source.normal()),
        lms.shape,
      );
    const [batch] = lms.shape;
    let x = plan.begin === 'noise' ? drawn() : mul(lms, 0);
    let image = lms;
    for (const step of plan.steps) {
      const time = constant(new Float32Array(batch).fill(step.time), [batch]);
      const free = add(sampling.evaluate(params, { ...inputs, state: x, time }), lms);
      image = clamped && sampling.clamp ? clamp(free, 0, 1) : free;
      const start = plan.state === 'image' ? image : sub(image, lms);
      x = add(mul(start, step.prediction), mul(x, step.state));
      if (step.deviation > 0) x = add(x, mul(drawn(), step.deviation));
    }
    return image;
  };
}
