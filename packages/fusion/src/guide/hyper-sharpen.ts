/** Sharpens a cube in memory with a guide of several bands, each band with a PAN of its own. */

import { InputError, inputSpan, type Raster } from '@bandweave/image';
import { fuseArrays } from '../fuse-arrays.js';
import { decimatePan } from '../low-pass/coarse-grid.js';
import { mtfDecimation } from '../low-pass/mtf-decimation.js';
import type { FusionMethod } from '../method.js';
import { alignedAxis, makeScene, toolboxAxis } from '../scene.js';
import { withEdges } from './coarse-guide.js';
import { fitBands, type GuideChoice, groupBands } from './group-bands.js';
import { type Fit, GuideMoments } from './guide-moments.js';

/** Gains that are tried where none is given: from strongly blurred to hardly. */
export const TRIED_GAINS = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6];

export interface HyperSharpenOptions {
  /** `synthesise` by default. */
  readonly choice?: GuideChoice;
  /** Gain of the coarse sensor's MTF at Nyquist; by default that which explains the bands best. */
  readonly mtfGain?: number;
  /** As in `fuseArrays`. */
  readonly phase?: 'aligned' | 'toolbox';
  /** MS already on the guide's grid. */
  readonly exp?: Float64Array;
}

interface Pair {
  /** [guides, height, width] */
  readonly guide: Raster;
  /** [bands, h, w] */
  readonly ms: Raster;
}

/** How the guide explains the bands, and under which gain it does so best. */
export function fitGuideArrays(
  { guide, ms }: Pair,
  { choice = 'synthesise', mtfGain, phase = 'aligned' }: HyperSharpenOptions = {},
): { readonly mtfGain: number; readonly bands: readonly Fit[] } {
  const axis = phase === 'toolbox' ? toolboxAxis : alignedAxis;
  const gains = mtfGain === undefined ? TRIED_GAINS : [mtfGain];
  const scene = makeScene({
    bands: 1,
    height: guide.height,
    width: guide.width,
    msHeight: ms.height,
    msWidth: ms.width,
    rows: axis(guide.height / ms.height),
    cols: axis(guide.width / ms.width),
    msGains: [gains[0]],
  });
  const whole = { rows: { start: 0, end: ms.height }, cols: { start: 0, end: ms.width } };
  const pixels = Int32Array.from({ length: ms.height * ms.width }, (_, i) => i).filter(
    (i) => ms.mask?.[i] !== 0,
  );
  const found = gains.map((gain) => {
    const decimation = mtfDecimation(scene, gain);
    const around = {
      rows: inputSpan(decimation.maps.rows, whole.rows),
      cols: inputSpan(decimation.maps.cols, whole.cols),
    };
    const seen = planes(guide).map(
      (data) => decimatePan(withEdges({ ...guide, data }, around), decimation, whole).data,
    );
    const sums = new GuideMoments(guide.bands, ms.bands);
    sums.add(seen, planes(ms), pixels);
    return { mtfGain: gain, bands: fitBands(sums, choice) };
  });
  const quality = (fits: readonly Fit[]) =>
    fits.reduce((sum, fit) => sum + fit.correlation ** 2, 0);
  return found.reduce((best, one) => (quality(one.bands) > quality(best.bands) ? one : best));
}

/**
 * The sharpened cube [bands, height, width] of the guide, in float64; with a guide of one band that
 * is `fuseArrays`.
 */
export function hyperSharpen(
  { guide, ms }: Pair,
  method: FusionMethod,
  options: HyperSharpenOptions = {},
): Raster<Float64Array> {
  const { choice = 'synthesise', phase = 'aligned', exp } = options;
  if (guide.height < ms.height || guide.width < ms.width) {
    throw new InputError(
      `fuse: expected a guide at least as large as the cube, got ${guide.height}x${guide.width} over ${ms.height}x${ms.width}; exchange them?`,
    );
  }
  const fit = fitGuideArrays({ guide, ms }, options);
  const bands = Array.from({ length: ms.bands }, (_, k) => k);
  const size = guide.height * guide.width;
  const coarse = ms.height * ms.width;
  const out = new Float64Array(ms.bands * size);
  for (const group of groupBands({ fits: fit.bands, choice, bands, method: method.name })) {
    const pan = { ...guide, bands: 1, data: sumOfBands(guide, group.pan) };
    const seen = { ...ms, bands: group.seen.length, data: picked(ms.data, group.seen, coarse) };
    const fused = fuseArrays({ pan, ms: seen }, method, {
      msGains: group.seen.map(() => fit.mtfGain),
      phase,
      ...(exp ? { exp: picked(exp, group.seen, size) } : {}),
    });
    for (const [k, at] of group.outputs.entries()) {
      const from = group.places[k] * size;
      out.set(fused.data.subarray(from, from + size), at * size);
    }
  }
  const head = { bands: ms.bands, height: guide.height, width: guide.width, data: out };
  return guide.mask ? { ...head, mask: guide.mask } : head;
}

const planes = ({ bands, height, width, data }: Raster) =>
  Array.from({ length: bands }, (_, k) =>
    Float64Array.from(data.subarray(k * height * width, (k + 1) * height * width)),
  );

function picked(data: Raster['data'], bands: readonly number[], size: number): Float64Array {
  const out = new Float64Array(bands.length * size);
  for (const [k, band] of bands.entries()) {
    out.set(data.subarray(band * size, (band + 1) * size), k * size);
  }
  return out;
}

function sumOfBands(
  { bands, height, width, data }: Raster,
  { weights, offset }: { readonly weights: readonly number[]; readonly offset: number },
): Float64Array {
  const size = height * width;
  const out = new Float64Array(size).fill(offset);
  for (let k = 0; k < bands; k++) {
    if (weights[k] === 0) continue;
    for (let i = 0; i < size; i++) out[i] += weights[k] * data[k * size + i];
  }
  return out;
}
