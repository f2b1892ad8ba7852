/**
 * How images are prepared for a network, and how its answer becomes an image: options that any
 * network may be trained with, kept in the weights' metadata so that `fuse` does the same. The
 * defaults are what papers do. High-pass inputs: Yang et al. 2017, PanNet.
 */

import {
  add,
  constant,
  conv2d,
  mul,
  type Params,
  pad2d,
  slice,
  sub,
  type Tensor,
  zerosInit,
} from '@bandweave/graph';
import type { BuiltNetwork, NetworkInputs } from './definition.js';
import { tracedSampling } from './sampling.js';

export interface Preparation {
  /**
   * `range`: all samples divided by the sensor's largest value. `scene`: every band, and PAN, less
   * its mean over the scene, divided by its standard deviation, MS's taken of enlarged MS.
   */
  readonly normalise: 'range' | 'scene';
  /**
   * The classical method whose result stands in for `lms`: `exp` is the enlarged MS itself. Several,
   * joined by `+`, are all fed; `lms` is then the mean of those that are not `exp`.
   */
  readonly base: string;
  /** `high-pass`: the network sees its inputs less their 5 x 5 means, and only adds to `lms`. */
  readonly inputs: 'plain' | 'high-pass';
}

export const PLAIN: Preparation = { normalise: 'range', base: 'exp', inputs: 'plain' };

/** The methods that a base is made of. */
export const basesOf = ({ base }: Pick<Preparation, 'base'>): readonly string[] => base.split('+');

/** The places of those whose mean a network begins with: all but the enlarged MS, or it alone. */
export function startsOf(preparation: Pick<Preparation, 'base'>): readonly number[] {
  const bases = basesOf(preparation);
  const sharp = bases.flatMap((base, i) => (base === 'exp' ? [] : [i]));
  return sharp.length > 0 ? sharp : [0];
}

/**
 * The network as it is trained and run under a preparation. It is fed with `lms` of
 * [b, bases · msBands, h, w], all bands of the first base first.
 *
 * On a base it gives base + G (network - base), where G is a 1 x 1 convolution that begins as
 * zero, so that training starts from the classical result; a network that itself begins there
 * (`start: 'lms'`) needs none.
 */
export function prepared(network: BuiltNetwork, preparation: Preparation): BuiltNetwork {
  const { base, inputs: kind, normalise } = preparation;
  if (network.sampling?.clamp && (normalise !== 'range' || kind !== 'plain')) {
    const { clamp: _, ...sampling } = network.sampling;
    const free = { ...network, sampling, build: tracedSampling(sampling, { clamp: false }) };
    return prepared(free, preparation);
  }
  if (base === 'exp' && kind === 'plain') return network;
  const bases = basesOf(preparation);
  const see = (x: Tensor) => (kind === 'high-pass' ? highPass(x) : x);
  const together = (lms: Tensor) => (bases.length > 1 ? meanOf(lms, preparation) : lms);
  const seen = ({ pan, ms, lms }: NetworkInputs): NetworkInputs => ({
    pan: see(pan),
    ms: see(ms),
    lms: see(together(lms)),
    ...(bases.length > 1 ? { bases: see(lms) } : {}),
  });
  const { objective, sampling, branches } = network;
  // The residual is that of the whole images, whatever the network sees of them.
  const standing =
    (loss: NonNullable<BuiltNetwork['objective']>): typeof loss =>
    (params, { target, ...inputs }, training) => {
      const lms = together(inputs.lms);
      const shown = seen(inputs);
      return loss(params, { ...shown, target: add(sub(target, lms), shown.lms) }, training);
    };
  // What is trained by its residual alone stands on whatever `lms` is; a gate would never open.
  const gated = base !== 'exp' && network.start !== 'lms' && !objective;
  const onBase = (params: Params, inputs: NetworkInputs, output: Tensor) => {
    const lms = together(inputs.lms);
    const detail = sub(output, see(lms));
    return add(lms, gated ? gate(params.scope('preparation.gate'), detail) : detail);
  };
  const { scene, clusters } = network;
  return {
    ...network,
    facts: { ...network.facts, bases: bases.length },
    build: (params, inputs, training) =>
      onBase(params, inputs, network.build(params, seen(inputs), training)),
    ...(scene && {
      scene: {
        fit: (params, inputs) => scene.fit(params, seen(inputs)),
        build: (params, inputs, fitted) =>
          onBase(params, inputs, scene.build(params, seen(inputs), fitted)),
      },
    }),
    ...(objective && { objective: standing(objective) }),
    ...(branches && {
      branches: branches.map((branch) => ({ ...branch, objective: standing(branch.objective) })),
    }),
    ...(sampling && {
      sampling: {
        ...sampling,
        evaluate: (params, { state, time, ...inputs }) =>
          sampling.evaluate(params, { ...seen(inputs), state, time }),
      },
    }),
    ...(clusters && {
      clusters: (params, inputs, fitted) => clusters(params, seen(inputs), fitted),
    }),
  };
}

/** What networks begin with, [msBands, h, w], of all bases [bases · msBands, h, w]. */
export function meanOfStarts(
  bases: Float32Array,
  preparation: Pick<Preparation, 'base'>,
): Float32Array {
  const count = basesOf(preparation).length;
  if (count === 1) return bases;
  const starts = startsOf(preparation);
  const size = bases.length / count;
  const out = new Float32Array(size);
  for (const n of starts) {
    for (let i = 0; i < size; i++) out[i] += bases[n * size + i] / starts.length;
  }
  return out;
}

/** The mean of the bases, [b, msBands, h, w], enlarged MS left out. */
function meanOf(lms: Tensor, preparation: Preparation): Tensor {
  const bands = lms.shape[1] / basesOf(preparation).length;
  const parts = startsOf(preparation).map((i) =>
    slice(lms, [{ axis: 1, start: i * bands, stop: (i + 1) * bands }]),
  );
  return mul(
    parts.reduce((a, b) => add(a, b)),
    1 / parts.length,
  );
}

function gate(params: Params, detail: Tensor): Tensor {
  const bands = detail.shape[1];
  const weight = params.get('weight', [bands, bands, 1, 1], zerosInit);
  return conv2d(detail, weight);
}

/** x less its 5 x 5 mean, the border continued. */
function highPass(x: Tensor): Tensor {
  const channels = x.shape[1];
  const mean = constant(new Float32Array(channels * 25).fill(1 / 25), [channels, 1, 5, 5]);
  return sub(x, conv2d(pad2d(x, 2, { mode: 'replicate' }), mean, { groups: channels }));
}
