/**
 * A fused image as what comes linearly from PAN, what comes linearly from MS, and the rest:
 * N(P, M) = N(even) + H_pan(P - even) + H_ms(M - even) + G.
 */

import { InputError, type Raster } from '@bandweave/image';
import type { Pair, PairFunction } from './pair-function.js';
import {
  type Background,
  evenPair,
  type PairResponses,
  type PlacedResponse,
} from './pair-responses.js';

export interface PairParts {
  readonly ratio: number;
  readonly pan: Raster<Float64Array>;
  readonly ms: Raster<Float64Array>;
  /** G */
  readonly residual: Raster<Float64Array>;
  /** The fused image less the answer to the even scene: the sum of the three. */
  readonly output: Raster<Float64Array>;
}

/** Takes the method's answer to a pair apart, by its responses on that background. */
export async function pairParts(
  fuse: PairFunction,
  pair: Pair,
  { responses, background }: { readonly responses: PairResponses; readonly background: Background },
): Promise<PairParts> {
  const { ratio } = responses;
  const { height, width } = pair.ms;
  if (pair.pan.height !== height * ratio || pair.pan.width !== width * ratio) {
    throw new InputError(
      `pairParts: expected PAN of ${height * ratio} x ${width * ratio} for ratio ${ratio}, got ${pair.pan.height} x ${pair.pan.width}.`,
    );
  }
  const even = evenPair(background, { height, width, ratio });
  const [dark, lit] = [await fuse(even), await fuse(pair)];
  const output = { ...lit, data: Float64Array.from(lit.data, (v, i) => v - dark.data[i]) };
  const pan = emptyLike(output);
  const places = Math.round(Math.sqrt(responses.pan.length));
  responses.pan.forEach((placed, i) => {
    const lattice = { step: places, row: Math.floor(i / places), col: i % places, scale: 1 };
    addSuperposed(pan, placed, { image: difference(pair.pan, even.pan), band: 0, ...lattice });
  });
  const ms = emptyLike(output);
  const change = difference(pair.ms, even.ms);
  responses.ms.forEach((placed, band) => {
    addSuperposed(ms, placed, { image: change, band, step: 1, row: 0, col: 0, scale: ratio });
  });
  const rest = output.data.map((value, i) => value - pan.data[i] - ms.data[i]);
  return { ratio, pan, ms, output, residual: { ...output, data: rest } };
}

const emptyLike = ({ bands, height, width, data }: Raster) => ({
  bands,
  height,
  width,
  data: new Float64Array(data.length),
});

function difference(a: Raster, b: Raster): Raster<Float64Array> {
  return { ...a, data: Float64Array.from(a.data, (value, i) => value - b.data[i]) };
}

interface Source {
  readonly image: Raster<Float64Array>;
  readonly band: number;
  /** Pixels at row + step i, col + step j only. */
  readonly step: number;
  readonly row: number;
  readonly col: number;
  /** Output pixels a pixel of the image. */
  readonly scale: number;
}

/** Adds every pixel of a lattice times the response, laid where the pixel is. */
function addSuperposed(
  into: Raster<Float64Array>,
  { response, row: middleRow, col: middleCol }: PlacedResponse,
  { image, band, step, row, col, scale }: Source,
): void {
  const { bands, height, width } = into;
  // A lattice of PAN counts from its own place; the response lies around the pixel that was lit.
  for (let y = row; y < image.height; y += step) {
    const top = y * scale - middleRow;
    const first = Math.max(0, -top);
    const last = Math.min(response.height, height - top);
    for (let x = col; x < image.width; x += step) {
      const value = image.data[(band * image.height + y) * image.width + x];
      if (value === 0) continue;
      const left = x * scale - middleCol;
      const from = Math.max(0, -left);
      const to = Math.min(response.width, width - left);
      for (let k = 0; k < bands; k++) {
        for (let u = first; u < last; u++) {
          const source = (k * response.height + u) * response.width;
          const target = (k * height + top + u) * width + left;
          for (let v = from; v < to; v++)
            into.data[target + v] += value * response.data[source + v];
        }
      }
    }
  }
}
