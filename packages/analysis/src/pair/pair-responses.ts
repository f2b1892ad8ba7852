/**
 * HyRA of a fusion method: its answers to one bright pixel of PAN, and to one of each band of MS,
 * on an even background. With respect to PAN there are ratio² answers, by where in a MS pixel the
 * bright pixel lies: whatever samples PAN, or is trained on such a lattice, has more than one.
 */

import { InputError, type Raster } from '@bandweave/image';
import type { Pair, PairFunction } from './pair-function.js';

/** The change of the output for a change by one of a pixel. */
export interface PlacedResponse {
  /** [bands, ratio side, ratio side] */
  readonly response: Raster<Float64Array>;
  /** Output pixel where the changed one lies: for MS the first of those that it covers. */
  readonly row: number;
  readonly col: number;
}

export interface PairResponses {
  readonly ratio: number;
  /** By place in a MS pixel, row by row; one alone stands for all. */
  readonly pan: readonly PlacedResponse[];
  /** One a band of MS. */
  readonly ms: readonly PlacedResponse[];
}

/** An even scene: one value of PAN, one a band of MS. */
export interface Background {
  readonly pan: number;
  readonly ms: readonly number[];
}

export interface PairProbeOptions {
  readonly ratio: number;
  readonly background: Background;
  /** How much brighter the probed pixel is, of PAN and a band of MS. */
  readonly amplitude: Background;
  /** Side of the probe in MS pixels; 16 by default. */
  readonly side?: number;
  /** All places of PAN in a MS pixel (default), or the one below its middle for all. */
  readonly places?: 'all' | 'one';
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** An even pair of `side` MS pixels. */
export function evenPair(
  { pan, ms }: Background,
  {
    height,
    width,
    ratio,
  }: { readonly height: number; readonly width: number; readonly ratio: number },
): { readonly pan: Raster<Float64Array>; readonly ms: Raster<Float64Array> } {
  const size = height * width;
  const low = new Float64Array(ms.length * size);
  ms.forEach((value, k) => {
    low.fill(value, k * size, (k + 1) * size);
  });
  const [tall, wide] = [height * ratio, width * ratio];
  return {
    pan: { bands: 1, height: tall, width: wide, data: new Float64Array(tall * wide).fill(pan) },
    ms: { bands: ms.length, height, width, data: low },
  };
}

/** @throws InputError where the function's answer is not of PAN's size */
export async function pairResponses(
  fuse: PairFunction,
  { ratio, background, amplitude, side = 16, places = 'all', signal, onProgress }: PairProbeOptions,
): Promise<PairResponses> {
  const even = evenPair(background, { height: side, width: side, ratio });
  const before = await answerTo(fuse, even);
  const middle = Math.floor(side / 2);
  const corners =
    places === 'all'
      ? Array.from({ length: ratio ** 2 }, (_, i) => [Math.floor(i / ratio), i % ratio])
      : [[ratio >> 1, ratio >> 1]];
  const total = corners.length + background.ms.length;
  let done = 0;
  const change = async (pair: Pair, by: number, at: { row: number; col: number }) => {
    signal?.throwIfAborted();
    const after = await answerTo(fuse, pair);
    const data = after.data.map((value, i) => (value - before.data[i]) / by);
    onProgress?.(++done, total);
    return { response: { ...after, data }, ...at };
  };
  const pan: PlacedResponse[] = [];
  for (const [down, right] of corners) {
    const [row, col] = [middle * ratio + down, middle * ratio + right];
    const lit = Float64Array.from(even.pan.data);
    lit[row * even.pan.width + col] += amplitude.pan;
    pan.push(
      await change({ ...even, pan: { ...even.pan, data: lit } }, amplitude.pan, { row, col }),
    );
  }
  const ms: PlacedResponse[] = [];
  for (const [band, by] of amplitude.ms.entries()) {
    const lit = Float64Array.from(even.ms.data);
    lit[(band * side + middle) * side + middle] += by;
    const at = { row: middle * ratio, col: middle * ratio };
    ms.push(await change({ ...even, ms: { ...even.ms, data: lit } }, by, at));
  }
  return { ratio, pan, ms };
}

async function answerTo(fuse: PairFunction, pair: Pair): Promise<Raster<Float64Array>> {
  const { bands, height, width, data } = await fuse(pair);
  if (height === pair.pan.height && width === pair.pan.width) {
    return { bands, height, width, data: Float64Array.from(data) };
  }
  throw new InputError(
    `pairResponses: expected an answer of PAN's ${pair.pan.height} x ${pair.pan.width}, got ${height} x ${width}.`,
  );
}
