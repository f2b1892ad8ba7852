/**
 * SBM's network: an encoder and decoder over three sizes that is told the time, MS and PAN. What it
 * gives stands for the residual, sharp image less enlarged MS. Layers are our reading of the paper.
 */

import {
  add,
  concat,
  constant,
  cos,
  GraphError,
  mul,
  type Params,
  pixelShuffle,
  reshape,
  showShape,
  silu,
  sin,
  type Tensor,
} from '@bandweave/graph';
import { convLayer, linearLayer } from '@bandweave/nn';
import { bridgeBlock, conditions, injected, zeroConv } from './blocks.js';
import { type SbmConfig, TIME_WAVES, TIME_WIDTH } from './config.js';

export interface SbmInputs {
  /** [b, panBands, h, w], prepared as in training */
  readonly pan: Tensor;
  /** [b, msBands, h, w]: enlarged MS, prepared alike */
  readonly lms: Tensor;
  /** Where the bridge is, less `lms`: zero at the source, the residual at the target. */
  readonly state: Tensor;
  /** [b], 0 at the target to 1 at the source */
  readonly time: Tensor;
}

/** What the network predicts [b, msBands, h, w], in the form that `config.prediction` names. */
export function sbm(config: SbmConfig, params: Params, inputs: SbmInputs): Tensor {
  checkInputs(config, inputs);
  const { pan, lms, state, time } = inputs;
  const { channels, blocks, deep, msBands } = config;
  const told = timeFeatures(params.scope('time'), time);
  const known = conditions(pan, lms, 3);
  const run = (scope: Params, from: Tensor, count: number) => {
    let y = from;
    for (let i = 0; i < count; i++) y = bridgeBlock(scope.scope(`blocks.${i}`), y, told);
    return y;
  };
  let x = convLayer(params.scope('head'), concat([state, lms, pan], { axis: 1 }), {
    out: channels,
    kernel: 3,
    padding: 1,
  });
  const left: Tensor[] = [];
  for (const level of [0, 1]) {
    const scope = params.scope(`down.${level}`);
    x = run(scope, injected(scope.scope('condition'), x, known[level]), blocks);
    left.push(x);
    x = convLayer(scope.scope('shrink'), x, { out: 2 * x.shape[1], kernel: 2, stride: 2 });
  }
  const bottom = params.scope('deep');
  x = run(bottom, injected(bottom.scope('condition'), x, known[2]), deep);
  for (const level of [1, 0]) {
    const scope = params.scope(`up.${level}`);
    const c = channels * 2 ** level;
    const wide = convLayer(scope.scope('grow'), x, { out: 4 * c, kernel: 1 });
    x = run(scope, add(pixelShuffle(wide, { ratio: 2 }), left[level]), blocks);
  }
  return zeroConv(params.scope('tail'), x, { out: msBands, kernel: 3 });
}

/** Cosines and sines of 1000 · time at 32 speeds, and two layers over them: [b, 128]. */
function timeFeatures(params: Params, time: Tensor): Tensor {
  const half = TIME_WAVES / 2;
  const speeds = Float32Array.from({ length: half }, (_, i) => 1000 * 1e4 ** (-i / half));
  const angles = mul(reshape(time, [time.shape[0], 1]), constant(speeds, [1, half]));
  const waves = concat([cos(angles), sin(angles)], { axis: 1 });
  const hidden = silu(linearLayer(params.scope('0'), waves, { out: TIME_WIDTH }));
  return linearLayer(params.scope('2'), hidden, { out: TIME_WIDTH });
}

function checkInputs({ panBands, msBands }: SbmConfig, { pan, lms, state, time }: SbmInputs): void {
  const [b, , h, w] = lms.shape;
  const like = (t: Tensor, shape: readonly number[]) => showShape(t.shape) === showShape(shape);
  const fits =
    like(lms, [b, msBands, h, w]) &&
    like(state, lms.shape) &&
    like(pan, [b, panBands, h, w]) &&
    like(time, [b]) &&
    h % 4 === 0 &&
    w % 4 === 0;
  if (fits) return;
  const shapes = [pan, lms, state, time].map((t) => showShape(t.shape)).join(', ');
  throw new GraphError(
    `sbm: expected pan [b,${panBands},h,w], lms and state [b,${msBands},h,w] in multiples of 4 and time [b], got ${shapes}.`,
  );
}
