/** SSDiff's denoiser: a spectral and a spatial branch through five stages, the time in both. */

import {
  add,
  batchNorm,
  batchNormTraining,
  concat,
  constant,
  cos,
  GraphError,
  leakyRelu,
  mul,
  onesInit,
  type Params,
  pixelShuffle,
  reshape,
  showShape,
  silu,
  sin,
  type Tensor,
  zerosInit,
} from '@bandweave/graph';
import { convLayer, linearLayer } from '@bandweave/nn';
import {
  type BranchName,
  down,
  projectionFusion,
  timeBlock,
  timeShift,
  up,
  zeroConv,
} from './blocks.js';
import { type SsDiffConfig, STAGES, TIME_BASE, TIME_WIDTH, WIDTH } from './config.js';
import { dampLow } from './low-frequency.js';

export interface SsDiffInputs {
  /** [b, msBands, h, w], divided by the sensor's largest value */
  readonly ms: Tensor;
  /** MS enlarged to PAN's size [b, msBands, h·ratio, w·ratio] */
  readonly lms: Tensor;
  /** [b, panBands, h·ratio, w·ratio] */
  readonly pan: Tensor;
  /** The noisy state, of the shape of `lms`. */
  readonly state: Tensor;
  /** The step of each image [b], 0 to 999. */
  readonly time: Tensor;
}

/**
 * 'training' normalises by the batch and hands on the running statistics by name; 'branch' keeps
 * them, and lets gradients through to one branch alone (L-BAF).
 */
export type NormMode =
  | { readonly kind: 'inference' }
  | { readonly kind: 'branch'; readonly active: BranchName }
  | { readonly kind: 'training'; readonly keep: (name: string, value: Tensor) => void };

/** The predicted residual, sharp image less `lms`, at any size in multiples of four. */
export function ssDiff(
  config: SsDiffConfig,
  params: Params,
  inputs: SsDiffInputs,
  mode: NormMode = { kind: 'inference' },
): Tensor {
  checkInputs(config, inputs);
  const { msBands, ratio, fusion = 'projection', modulation = 'frequency' } = config;
  const { ms, lms, pan, state, time } = inputs;
  const conv = (name: string, x: Tensor, out: number) =>
    convLayer(params.scope(name), x, { out, kernel: 3, padding: 1 });
  const raised = convLayer(params.scope('upsample.upsamle.0'), ms, {
    out: msBands * ratio ** 2,
    kernel: 3,
    padding: 1,
    bias: 'no',
  });
  const emb = timeFeatures(params.scope('time_embed'), time);
  const entry = (name: 'pan' | 'lms', z: Tensor) => head(params, { name, z, emb, mode });
  let y = entry('pan', conv('conv_pan2x_t', concat([pan, state], { axis: 1 }), WIDTH));
  let x = entry('lms', conv('conv_lms2x_t', concat([lms, state], { axis: 1 }), WIDTH));

  const fuse = (i: number) => {
    const { gain, low } = STAGES[i];
    const plain = modulation === 'none';
    const spatial = plain ? y : dampLow(y, { gain: low });
    const spectral = plain ? x : firstHalf(x, gain);
    x = projectionFusion(params.scope(`fusformer${i}`), spectral, {
      y: spatial,
      kind: fusion,
      ...(mode.kind === 'branch' ? { active: mode.active } : {}),
    });
  };
  const block = (i: number) => timeBlock(params.scope(`resblock${i}`), y, emb);
  const left: { x: Tensor; y: Tensor }[] = [];
  for (const i of [0, 1]) {
    fuse(i);
    left.push({ x, y: block(i) });
    // The two branches share what changes their size.
    x = down(params.scope(`down${i}`), x);
    y = down(params.scope(`down${i}`), left[i].y);
  }
  for (const i of [2, 3]) {
    fuse(i);
    const skip = left[3 - i];
    x = up(params.scope(`up${i - 2}`), x, skip.x);
    y = up(params.scope(`up${i - 2}`), block(i), skip.y);
  }
  fuse(4);
  const hidden = leakyRelu(conv('to_hrms.0', x, WIDTH));
  return add(conv('to_hrms.2', hidden, msBands), pixelShuffle(raised, { ratio }));
}

/** Cosines and sines of the time at 64 speeds, and two layers over them: [b, 512]. */
function timeFeatures(params: Params, time: Tensor): Tensor {
  const half = TIME_BASE / 2;
  const speeds = Float32Array.from({ length: half }, (_, i) => 1e4 ** (-i / half));
  const angles = mul(reshape(time, [time.shape[0], 1]), constant(speeds, [1, half]));
  const waves = concat([cos(angles), sin(angles)], { axis: 1 });
  const hidden = silu(linearLayer(params.scope('0'), waves, { out: TIME_WIDTH }));
  return linearLayer(params.scope('2'), hidden, { out: TIME_WIDTH });
}

interface HeadOptions {
  readonly name: 'pan' | 'lms';
  readonly z: Tensor;
  readonly emb: Tensor;
  readonly mode: NormMode;
}

/** Where the time enters a branch. */
function head(params: Params, { name, z, emb, mode }: HeadOptions): Tensor {
  const channels = z.shape[1];
  const timed = add(z, timeShift(params.scope(`emb_layers_${name}.1`), emb, channels));
  const scope = `out_layers_${name}.0`;
  const norm = params.scope(scope);
  const weight = norm.get('weight', [channels], onesInit);
  const bias = norm.get('bias', [channels], zerosInit);
  const runningMean = norm.buffer('running_mean', [channels], zerosInit);
  const runningVariance = norm.buffer('running_var', [channels], onesInit);
  const last = params.scope(`out_layers_${name}.3`);
  if (mode.kind !== 'training') {
    const normed = batchNorm(timed, { weight, bias, mean: runningMean, variance: runningVariance });
    return zeroConv(last, silu(normed));
  }
  const gathered = batchNormTraining(timed, { weight, bias, runningMean, runningVariance });
  mode.keep(`${scope}.running_mean`, gathered.runningMean);
  mode.keep(`${scope}.running_var`, gathered.runningVariance);
  return zeroConv(last, silu(gathered.y));
}

/** x with its first half of channels times `gain`. */
function firstHalf(x: Tensor, gain: number): Tensor {
  const channels = x.shape[1];
  const factors = Float32Array.from({ length: channels }, (_, c) => (c < channels / 2 ? gain : 1));
  return mul(x, constant(factors, [1, channels, 1, 1]));
}

function checkInputs(
  { msBands, panBands, ratio }: SsDiffConfig,
  { ms, lms, pan, state }: SsDiffInputs,
): void {
  const [b, , h, w] = ms.shape;
  const [tall, wide] = [h * ratio, w * ratio];
  const like = (t: Tensor, bands: number, size: readonly number[]) =>
    showShape(t.shape) === showShape([b, bands, ...size]);
  const fits =
    like(ms, msBands, [h, w]) &&
    like(lms, msBands, [tall, wide]) &&
    like(state, msBands, [tall, wide]) &&
    like(pan, panBands, [tall, wide]) &&
    tall % 4 === 0 &&
    wide % 4 === 0;
  if (fits) return;
  const shapes = [ms, lms, pan, state].map((t) => showShape(t.shape)).join(', ');
  throw new GraphError(
    `ssDiff: expected ms [b,${msBands},h,w], lms and state [b,${msBands},${ratio}h,${ratio}w] and pan [b,${panBands},${ratio}h,${ratio}w] in multiples of 4, got ${shapes}.`,
  );
}
