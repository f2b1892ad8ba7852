/** HyRA of a fusion method on a pair: probed on the pair's own mean, then taken apart on the pair. */

import type { Raster } from '@bandweave/image';
import type { Pair, PairFunction } from './pair-function.js';
import { type PairParts, pairParts } from './pair-parts.js';
import {
  type Background,
  type PairProbeOptions,
  type PairResponses,
  pairResponses,
} from './pair-responses.js';
import { type SourceShares, sourceShares } from './source-shares.js';

export interface PairAnalysisOptions
  extends Pick<PairProbeOptions, 'side' | 'places' | 'signal' | 'onProgress'> {
  /** `mean` (default) probes on the pair's means; `dark` on zeros. */
  readonly background?: 'mean' | 'dark';
  readonly border?: number;
}

export interface PairAnalysis extends SourceShares {
  readonly background: Background;
  readonly responses: PairResponses;
  readonly parts: PairParts;
  /** Of each output band: what an even rise of PAN by one adds. */
  readonly panGain: readonly number[];
  /** Of each output band: what an even rise by one of each band of MS adds. */
  readonly msGain: readonly (readonly number[])[];
}

/** Bright pixels are one standard deviation brighter than their background. */
export async function analysePair(
  fuse: PairFunction,
  pair: Pair,
  { background: kind = 'mean', border, ...options }: PairAnalysisOptions = {},
): Promise<PairAnalysis> {
  const ratio = pair.pan.height / pair.ms.height;
  const [pan] = momentsOf(pair.pan);
  const ms = momentsOf(pair.ms);
  const background =
    kind === 'mean'
      ? { pan: pan.mean, ms: ms.map(({ mean }) => mean) }
      : { pan: 0, ms: ms.map(() => 0) };
  const amplitude = { pan: pan.deviation, ms: ms.map(({ deviation }) => deviation) };
  const responses = await pairResponses(fuse, { ...options, ratio, background, amplitude });
  const parts = await pairParts(fuse, pair, { responses, background });
  const shares = sourceShares(parts, border === undefined ? {} : { border });
  const bands = Array.from({ length: parts.output.bands }, (_, k) => k);
  const places = responses.pan.length;
  return {
    ...shares,
    background,
    responses,
    parts,
    panGain: bands.map((k) =>
      responses.pan.reduce((sum, { response }) => sum + sumOf(response, k) / places, 0),
    ),
    msGain: bands.map((k) => responses.ms.map(({ response }) => sumOf(response, k) / ratio ** 2)),
  };
}

function momentsOf({ bands, height, width, data }: Raster) {
  const size = height * width;
  return Array.from({ length: bands }, (_, k) => {
    let sum = 0;
    for (let i = k * size; i < (k + 1) * size; i++) sum += data[i];
    const mean = sum / size;
    let squares = 0;
    for (let i = k * size; i < (k + 1) * size; i++) squares += (data[i] - mean) ** 2;
    const deviation = Math.sqrt(squares / size);
    return { mean, deviation: deviation > 0 ? deviation : 1 };
  });
}

function sumOf({ height, width, data }: Raster, band: number): number {
  const size = height * width;
  let sum = 0;
  for (let i = band * size; i < (band + 1) * size; i++) sum += data[i];
  return sum;
}
