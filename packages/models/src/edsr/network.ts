/**
 * EDSR: enhanced deep residual networks for super-resolution. Lim, Son, Kim, Nah, Lee 2017.
 * Parameters bear the names of the published state dicts.
 */

import {
  add,
  type Initializer,
  mul,
  type Params,
  relu,
  type StateDict,
  type Tensor,
  zerosInit,
} from '@bandweave/graph';
import { convLayer } from '@bandweave/nn';
import { shapeReader } from '../shape-reader.js';
import { carryingInit } from '../super-resolution/initial-values.js';
import { meanShift, shuffleScale, shuffleUpsampler } from '../super-resolution/parts.js';

export interface EdsrConfig {
  readonly colors: number;
  readonly features: number;
  readonly blocks: number;
  readonly scale: number;
  /** What a block's branch is multiplied by: 1, or 0.1 for the large network. */
  readonly resScale: number;
}

/** The baseline, 16 blocks of 64 features, is the default. */
export function edsrConfig(given: Partial<EdsrConfig> = {}): EdsrConfig {
  return { colors: 3, features: 64, blocks: 16, scale: 2, resScale: 1, ...given };
}

/** @throws GraphError where they are weights of another network */
export function edsrConfigFrom(
  weights: StateDict,
  { file = 'weights' }: { readonly file?: string } = {},
): EdsrConfig {
  const shapeOf = shapeReader(weights, { file, network: 'EDSR', axes: 4 });
  const [features, colors] = shapeOf('head.0.weight');
  let blocks = 0;
  while (weights.has(`body.${blocks}.body.0.weight`)) blocks += 1;
  // Only the network of 256 features was published with branches of a tenth.
  const resScale = features >= 256 ? 0.1 : 1;
  return { colors, features, blocks, resScale, scale: shuffleScale(weights, 'tail.0') };
}

/** [b, colors, h, w] in 0..255 to [b, colors, scale h, scale w], not clamped. */
export function edsr(
  { colors, features, blocks, scale, resScale }: EdsrConfig,
  params: Params,
  image: Tensor,
): Tensor {
  const conv = (name: string, x: Tensor, out: number, init?: Initializer) =>
    convLayer(params.scope(name), x, { out, kernel: 3, padding: 1, ...(init && { init }) });
  // Narrower networks cannot carry the colours; none that is published is.
  const carried = features >= colors ? colors : 0;
  const carry = carryingInit(carried);
  const head = conv('head.0', meanShift(params.scope('sub_mean'), image, -1), features, carry);
  let x = head;
  for (let k = 0; k < blocks; k++) {
    const branch = conv(`body.${k}.body.2`, relu(conv(`body.${k}.body.0`, x, features)), features);
    x = add(x, resScale === 1 ? branch : mul(branch, resScale));
  }
  x = add(head, conv(`body.${blocks}`, x, features, zerosInit));
  x = shuffleUpsampler(params.scope('tail.0'), x, { scale, carried });
  return meanShift(params.scope('add_mean'), conv('tail.1', x, colors, carry), 1);
}
