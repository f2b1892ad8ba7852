/**
 * Coupled non-negative matrix factorisation: cube and guide are unmixed into the same spectra, the
 * cube says what the spectra are and the guide where they lie. Yokoya, Yairi, Iwasaki 2012.
 */

import { InputError, type Raster } from '@bandweave/image';
import type { coarseGrid } from '../guide/coarse-guide.js';
import { type Factors, factorise } from './factorise.js';
import { pureSpectra } from './vertices.js';

export interface CnmfPair {
  /** [guides, height, width] */
  readonly guide: Raster;
  /** [bands, h, w] */
  readonly ms: Raster;
}

export interface CnmfOptions {
  /** How the guide sees the cube: one row a guide band, one weight a band of the cube. */
  readonly response: readonly (readonly number[])[];
  /** Brings planes of the guide's grid to the cube's, by the cube's blur. */
  readonly coarse: ReturnType<typeof coarseGrid>;
  /** Spectra that pixels are mixed of; 30 by default, less for small cubes. */
  readonly endmembers?: number;
  /** Rounds of each factorisation; 150 by default. */
  readonly iterations?: number;
  /** Times that cube and guide are unmixed in turn; 3 by default. */
  readonly rounds?: number;
  readonly signal?: AbortSignal;
  readonly onRound?: (done: number, total: number) => void;
}

export interface Unmixed {
  /** [bands, parts] */
  readonly spectra: Float64Array;
  /** [parts, height · width] of the guide */
  readonly abundances: Float64Array;
  readonly parts: number;
}

/** Spectra and their shares on the guide's grid: the sharpened cube is their product. */
export async function unmixPair(
  { guide, ms }: CnmfPair,
  { response, coarse, signal, onRound, ...options }: CnmfOptions,
): Promise<Unmixed> {
  const { iterations = 150, rounds = 3 } = options;
  const low = ms.height * ms.width;
  const high = guide.height * guide.width;
  const parts = Math.min(options.endmembers ?? 30, ms.bands, Math.floor(low / 4));
  if (parts < 1 || response.length !== guide.bands || response[0].length !== ms.bands) {
    throw new InputError(
      `cnmf: expected responses of ${guide.bands} guide bands to ${ms.bands} bands, got ${response.length} to ${response[0]?.length ?? 0}; choose others.`,
    );
  }
  const cubeData = nonNegative(ms);
  const guideData = nonNegative(guide);
  const sumToOne = Math.sqrt(meanOf(cubeData) * ms.bands);
  const { spectra } = pureSpectra(cubeData, { bands: ms.bands, count: parts });
  const cube: Factors = {
    x: cubeData,
    w: spectra,
    h: new Float64Array(parts * low).fill(1 / parts),
    rows: ms.bands,
    parts,
    pixels: low,
  };
  const sharp: Factors = {
    x: guideData,
    w: new Float64Array(guide.bands * parts),
    h: new Float64Array(parts * high),
    rows: guide.bands,
    parts,
    pixels: high,
  };
  const step = async (run: () => void) => {
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    run();
  };
  for (let round = 0; round < rounds; round++) {
    onRound?.(round, rounds);
    if (round === 0) {
      await step(() => factorise(cube, { update: 'h', iterations, sumToOne }));
      await step(() => factorise(cube, { update: 'both', iterations, sumToOne }));
      coarse.enlarge(cube.h, sharp.h);
    } else {
      coarse.reduce(sharp.h, cube.h);
      await step(() => factorise(cube, { update: 'w', iterations }));
      await step(() => factorise(cube, { update: 'both', iterations, sumToOne }));
    }
    seenBy(response, cube.w, sharp.w, parts);
    await step(() => factorise(sharp, { update: 'h', iterations, sumToOne }));
    if (round < rounds - 1) {
      await step(() => factorise(sharp, { update: 'both', iterations, sumToOne }));
    }
  }
  onRound?.(rounds, rounds);
  return { spectra: cube.w, abundances: sharp.h, parts };
}

/** Negative radiance is noise, and empty pixels count as dark. */
function nonNegative({ data, mask, height, width }: Raster): Float64Array {
  const size = height * width;
  return Float64Array.from(data, (value, i) =>
    mask?.[i % size] === 0 || !(value > 0) ? 0 : value,
  );
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return Math.max(sum / values.length, 1e-12);
}

/** The spectra as the guide sees them. */
function seenBy(
  response: readonly (readonly number[])[],
  spectra: Float64Array,
  into: Float64Array,
  parts: number,
): void {
  for (const [g, row] of response.entries()) {
    for (let a = 0; a < parts; a++) {
      let sum = 0;
      for (const [b, weight] of row.entries()) sum += weight * spectra[b * parts + a];
      into[g * parts + a] = sum;
    }
  }
}
