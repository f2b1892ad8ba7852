/** The probe of HyRA: one bright pixel in a dark image, and what a network answers. */

import { InputError, type Raster } from '@bandweave/image';

/** Anything that enlarges an image by a whole factor. */
export type SuperResolver = (image: Raster<Float64Array>) => Raster | Promise<Raster>;

export interface ProbeOptions {
  readonly bands: number;
  /** Side of the probe; 11 by default. */
  readonly side?: number;
  /** What the network calls full range: 1, or 255 for networks of the EDSR kind. */
  readonly fullRange?: number;
  /** `kept` (published), or the answer to darkness is taken off. */
  readonly zeroResponse?: 'kept' | 'removed';
  /** `centre` (published), or the mean of the answers to the 3 x 3 pixels there, moved together. */
  readonly positions?: 'centre' | 'averaged';
  /** `none` (published), or each band is scaled to sum to scale². */
  readonly normalise?: 'none' | 'unit-gain';
  /** Bright band, or all of them (published). */
  readonly band?: number | 'all';
}

/** One pixel of `fullRange` at (floor(side/2) + row, floor(side/2) + col), zeros elsewhere. */
export function impulse(
  { bands, side = 11, fullRange = 1, band = 'all' }: ProbeOptions,
  { row = 0, col = 0 }: { readonly row?: number; readonly col?: number } = {},
): Raster<Float64Array> {
  const data = new Float64Array(bands * side * side);
  const middle = Math.floor(side / 2);
  for (let k = 0; k < bands; k++) {
    if (band !== 'all' && band !== k) continue;
    data[(k * side + middle + row) * side + middle + col] = fullRange;
  }
  return { bands, height: side, width: side, data };
}

/**
 * The network's answer to the probe over its full range, not clamped: negative lobes show only so.
 * Published conventions unless asked otherwise.
 *
 * @returns [bands, scale side, scale side]; divided by `fullRange`, so that it is the response to 1
 */
export async function impulseResponse(
  network: SuperResolver,
  options: ProbeOptions,
): Promise<Raster<Float64Array>> {
  const { side = 11, fullRange = 1, zeroResponse = 'kept', positions = 'centre' } = options;
  const answer = async (image: Raster<Float64Array>) => toFloats(await network(image), side);
  const dark =
    zeroResponse === 'removed' ? await answer(impulse({ ...options, fullRange: 0 })) : undefined;
  const moves = positions === 'centre' ? [[0, 0]] : AROUND;
  let sum: Raster<Float64Array> | undefined;
  for (const [row, col] of moves) {
    const got = await answer(impulse(options, { row, col }));
    if (dark) for (let i = 0; i < got.data.length; i++) got.data[i] -= dark.data[i];
    sum = addMoved(sum, got, { row: (row * got.height) / side, col: (col * got.width) / side });
  }
  const response = sum as Raster<Float64Array>;
  const share = 1 / (moves.length * fullRange);
  for (let i = 0; i < response.data.length; i++) response.data[i] *= share;
  if (options.normalise === 'unit-gain') toUnitGain(response, (response.height / side) ** 2);
  return response;
}

/** The answers to each band alone, in order: how bands leak into each other. */
export async function impulseResponses(
  network: SuperResolver,
  options: Omit<ProbeOptions, 'band'>,
): Promise<Raster<Float64Array>[]> {
  const all: Raster<Float64Array>[] = [];
  for (let band = 0; band < options.bands; band++) {
    all.push(await impulseResponse(network, { ...options, band }));
  }
  return all;
}

const AROUND = [-1, 0, 1].flatMap((row) => [-1, 0, 1].map((col) => [row, col] as const));

function toFloats(image: Raster, side: number): Raster<Float64Array> {
  const { bands, height, width } = image;
  if (height % side !== 0 || height !== width) {
    throw new InputError(
      `impulseResponse: expected an answer that is a whole number of times ${side} x ${side}, got ${height} x ${width}.`,
    );
  }
  return { bands, height, width, data: Float64Array.from(image.data) };
}

/** Adds the answer moved back by so many pixels; what leaves the frame is lost. */
function addMoved(
  sum: Raster<Float64Array> | undefined,
  image: Raster<Float64Array>,
  { row, col }: { readonly row: number; readonly col: number },
): Raster<Float64Array> {
  const { bands, height, width } = image;
  const out = sum ?? { ...image, data: new Float64Array(image.data.length) };
  for (let k = 0; k < bands; k++) {
    for (let y = 0; y < height; y++) {
      if (y + row < 0 || y + row >= height) continue;
      for (let x = 0; x < width; x++) {
        if (x + col < 0 || x + col >= width) continue;
        out.data[(k * height + y) * width + x] +=
          image.data[(k * height + y + row) * width + x + col];
      }
    }
  }
  return out;
}

function toUnitGain({ bands, data }: Raster<Float64Array>, gain: number): void {
  const size = data.length / bands;
  for (let k = 0; k < bands; k++) {
    const band = data.subarray(k * size, (k + 1) * size);
    const sum = band.reduce((a, b) => a + b, 0);
    if (sum !== 0) for (let i = 0; i < size; i++) band[i] *= gain / sum;
  }
}
