/**
 * How images are prepared for a network, and how its answer becomes an image: options that any
 * network may be trained with, kept in the weights' metadata so that `fuse` does the same. The
 * defaults are what papers do. High-pass inputs: Yang et al. 2017, PanNet.
 */

import {
  add,
  constant,
  conv2d,
  type Params,
  pad2d,
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
  /** The classical method whose result stands in for `lms`: `exp` is the enlarged MS itself. */
  readonly base: string;
  /** `high-pass`: the network sees its inputs less their 5 x 5 means, and only adds to `lms`. */
  readonly inputs: 'plain' | 'high-pass';
}

export const PLAIN: Preparation = { normalise: 'range', base: 'exp', inputs: 'plain' };

/**
 * The network as it is trained and run under a preparation.
 *
 * On a base it gives base + G (network - base), where G is a 1 x 1 convolution that begins as
 * zero, so that training starts from the classical result; a network that itself begins there
 * (`start: 'lms'`) needs none.
 */
export function prepared(
  network: BuiltNetwork,
  { base, inputs: kind, normalise }: Preparation,
): BuiltNetwork {
  if (network.sampling?.clamp && (normalise !== 'range' || kind !== 'plain')) {
    const { clamp: _, ...sampling } = network.sampling;
    const free = { ...network, sampling, build: tracedSampling(sampling, { clamp: false }) };
    return prepared(free, { base, inputs: kind, normalise });
  }
  if (base === 'exp' && kind === 'plain') return network;
  const see = (x: Tensor) => (kind === 'high-pass' ? highPass(x) : x);
  const seen = ({ pan, ms, lms }: NetworkInputs) => ({ pan: see(pan), ms: see(ms), lms: see(lms) });
  const { objective, sampling } = network;
  // What is trained by its residual alone stands on whatever `lms` is; a gate would never open.
  const gated = base !== 'exp' && network.start !== 'lms' && !objective;
  const onBase = (params: Params, { lms }: NetworkInputs, output: Tensor) => {
    const detail = sub(output, see(lms));
    return add(lms, gated ? gate(params.scope('preparation.gate'), detail) : detail);
  };
  const { scene, clusters } = network;
  return {
    ...network,
    build: (params, inputs, training) =>
      onBase(params, inputs, network.build(params, seen(inputs), training)),
    ...(scene && {
      scene: {
        fit: (params, inputs) => scene.fit(params, seen(inputs)),
        build: (params, inputs, fitted) =>
          onBase(params, inputs, scene.build(params, seen(inputs), fitted)),
      },
    }),
    ...(objective && {
      objective: (params, { target, ...inputs }, training) => {
        // The residual is that of the whole images, whatever the network sees of them.
        const { lms } = inputs;
        const shown = seen(inputs);
        return objective(params, { ...shown, target: add(sub(target, lms), shown.lms) }, training);
      },
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
