/**
 * What is known of a scene at full resolution, where no reference is: the fused image, blurred by
 * the MTF and sampled as MS is, must be MS again (Wald's first property; Wald, Ranchin, Mangolini
 * 1997). Windows of the scene itself, fed beside the reduced pairs.
 */

import {
  abs,
  constant,
  input,
  matmul,
  mean,
  mul,
  type Params,
  random,
  seedFor,
  slice,
  sub,
  type Tensor,
} from '@bandweave/graph';
import type { BuiltNetwork } from '@bandweave/models';

/** Normalised as the network sees it. */
export interface FullWindow {
  readonly pan: Float32Array;
  readonly ms: Float32Array;
  readonly lms: Float32Array;
}

export interface Consistency {
  readonly windows: readonly FullWindow[];
  /** Side of the windows in PAN pixels. */
  readonly side: number;
  /** Of the mean absolute difference, beside the loss of the reduced pairs. */
  readonly weight: number;
  /** MTF gain at Nyquist, one a band. */
  readonly gains: readonly number[];
}

/** Windows fed at each step. */
const AT_ONCE = 2;
/** Coarse pixels along a window's edge whose blur reaches outside it. */
const EDGE = 2;

const NAMES = ['pan', 'ms', 'lms'] as const;
const inputName = (name: (typeof NAMES)[number]) => `full.${name}`;

/** weight · mean |MS - blurred and sampled fused image|, over the inside of the windows. */
export function consistencyLoss(
  network: BuiltNetwork,
  params: Params,
  { side, weight, gains }: Consistency,
): Tensor {
  const { panBands, msBands, ratio, phase, bases = 1 } = network.facts;
  const low = side / ratio;
  const inputs = {
    pan: input(inputName('pan'), [AT_ONCE, panBands, side, side]),
    ms: input(inputName('ms'), [AT_ONCE, msBands, low, low]),
    lms: input(inputName('lms'), [AT_ONCE, bases * msBands, side, side]),
  };
  const fused = network.build(params, inputs);
  const rows = gains.map((gain) => blurRows({ gain, ratio, phase, side }));
  const down = constant(concatenated(rows), [1, msBands, low, side]);
  const across = constant(concatenated(rows.map((r) => turned(r, low, side))), [
    1,
    msBands,
    side,
    low,
  ]);
  const coarse = matmul(matmul(down, fused), across);
  const inside = (x: Tensor) =>
    slice(x, [
      { axis: 2, start: EDGE, stop: low - EDGE },
      { axis: 3, start: EDGE, stop: low - EDGE },
    ]);
  const difference = mean(abs(sub(inside(coarse), inside(inputs.ms))));
  return mul(difference, weight);
}

/** The windows of a step, by the names of the inputs; drawn from the seed and the step alone. */
export function consistencyFeeds(
  { windows }: Consistency,
  { step, seed }: { readonly step: number; readonly seed: number },
): Record<string, Float32Array> {
  const source = random(seedFor(`full.${step}`, seed));
  const chosen = Array.from(
    { length: AT_ONCE },
    () => windows[Math.floor(source.uniform() * windows.length)],
  );
  return Object.fromEntries(
    NAMES.map((name) => [inputName(name), concatenated(chosen.map((one) => one[name]))]),
  );
}

/**
 * [side / ratio, side]: the Gaussian whose response at Nyquist of MS is `gain`, at the places of
 * MS's pixels; every row adds up to 1. exp(-2 pi² sigma² f²) = gain at f = 1 / (2 ratio).
 */
export function blurRows({
  gain,
  ratio,
  phase,
  side,
}: {
  readonly gain: number;
  readonly ratio: number;
  readonly phase: number;
  readonly side: number;
}): Float32Array {
  const low = side / ratio;
  const sigma = (ratio / Math.PI) * Math.sqrt(-2 * Math.log(gain));
  const out = new Float32Array(low * side);
  for (let i = 0; i < low; i++) {
    const row = out.subarray(i * side, (i + 1) * side);
    let sum = 0;
    for (let y = 0; y < side; y++) {
      row[y] = Math.exp(-((y - ratio * i - phase) ** 2) / (2 * sigma * sigma));
      sum += row[y];
    }
    for (let y = 0; y < side; y++) row[y] /= sum;
  }
  return out;
}

function turned(rows: Float32Array, height: number, width: number): Float32Array {
  const out = new Float32Array(rows.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) out[x * height + y] = rows[y * width + x];
  }
  return out;
}

function concatenated(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
