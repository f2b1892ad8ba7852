/**
 * RCAN: very deep residual channel attention networks. Zhang, Li, Li, Wang, Zhong, Fu 2018.
 * Parameters bear the names of the published state dicts.
 */

import {
  add,
  type Initializer,
  mean,
  mul,
  type Params,
  relu,
  type StateDict,
  sigmoid,
  type Tensor,
  zerosInit,
} from '@bandweave/graph';
import { convLayer } from '@bandweave/nn';
import { shapeReader } from '../shape-reader.js';
import { carryingInit } from '../super-resolution/initial-values.js';
import { meanShift, shuffleScale, shuffleUpsampler } from '../super-resolution/parts.js';

export interface RcanConfig {
  readonly colors: number;
  readonly features: number;
  readonly groups: number;
  readonly blocks: number;
  /** Features over those between the two layers of the attention. */
  readonly reduction: number;
  readonly scale: number;
}

/** As published: 10 groups of 20 blocks of 64 features. */
export function rcanConfig(given: Partial<RcanConfig> = {}): RcanConfig {
  return { colors: 3, features: 64, groups: 10, blocks: 20, reduction: 16, scale: 2, ...given };
}

/** @throws GraphError where they are weights of another network */
export function rcanConfigFrom(
  weights: StateDict,
  { file = 'weights' }: { readonly file?: string } = {},
): RcanConfig {
  const shapeOf = shapeReader(weights, { file, network: 'RCAN', axes: 4 });
  const [features, colors] = shapeOf('head.0.weight');
  const [narrow] = shapeOf('body.0.body.0.body.3.conv_du.0.weight');
  let groups = 0;
  while (weights.has(`body.${groups}.body.0.body.0.weight`)) groups += 1;
  let blocks = 0;
  while (weights.has(`body.0.body.${blocks}.body.0.weight`)) blocks += 1;
  const reduction = features / narrow;
  return { colors, features, groups, blocks, reduction, scale: shuffleScale(weights, 'tail.0') };
}

/** [b, colors, h, w] in 0..255 to [b, colors, scale h, scale w], not clamped. */
export function rcan(config: RcanConfig, params: Params, image: Tensor): Tensor {
  const { colors, features, groups, blocks, scale } = config;
  const conv = (p: Params, x: Tensor, out: number, init?: Initializer) =>
    convLayer(p, x, { out, kernel: 3, padding: 1, ...(init && { init }) });
  const carried = features >= colors ? colors : 0;
  const carry = carryingInit(carried);
  const head = conv(
    params.scope('head.0'),
    meanShift(params.scope('sub_mean'), image, -1),
    features,
    carry,
  );
  let x = head;
  for (let g = 0; g < groups; g++) {
    const group = params.scope(`body.${g}`);
    let y = x;
    for (let k = 0; k < blocks; k++) y = attendedBlock(group.scope(`body.${k}`), y, config);
    x = add(x, conv(group.scope(`body.${blocks}`), y, features));
  }
  x = add(head, conv(params.scope(`body.${groups}`), x, features, zerosInit));
  x = shuffleUpsampler(params.scope('tail.0'), x, { scale, carried });
  return meanShift(params.scope('add_mean'), conv(params.scope('tail.1'), x, colors, carry), 1);
}

/** x + a ⊙ y, y = conv(relu(conv(x))), a from the means of y's features. */
function attendedBlock(params: Params, x: Tensor, { features, reduction }: RcanConfig): Tensor {
  const wide = { out: features, kernel: 3, padding: 1 };
  const hidden = relu(convLayer(params.scope('body.0'), x, wide));
  const y = convLayer(params.scope('body.2'), hidden, wide);
  const gate = params.scope('body.3.conv_du');
  const means = mean(y, { axes: [2, 3], keepDims: true });
  const narrow = relu(convLayer(gate.scope('0'), means, { out: features / reduction, kernel: 1 }));
  const share = sigmoid(convLayer(gate.scope('2'), narrow, { out: features, kernel: 1 }));
  return add(x, mul(y, share));
}
