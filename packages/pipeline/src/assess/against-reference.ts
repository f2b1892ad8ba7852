/** Indices against a reference on the same grid. */

import {
  affine,
  findSensor,
  InputError,
  type Raster,
  type RasterSource,
  type Window,
} from '@bandweave/image';
import {
  type BandIndices,
  BandIndicesAccumulator,
  type Convention,
  cutRaster,
  fsds,
  peakValue,
  REFERENCE_MARGIN,
  ReferenceAccumulator,
  referenceIndices,
  validPixels,
} from '@bandweave/metrics';
import type { AssessOptions, AssessResult, SpectralPoint } from './assess-options.js';
import { assessWindows, IndexPool } from './pool.js';
import { writeQualityMaps } from './quality-maps.js';

/** Largest shift, in pixels, that still counts as the same grid. */
const SAME_GRID = 0.05;

export async function againstReference(
  fused: RasterSource,
  reference: RasterSource,
  options: AssessOptions,
): Promise<AssessResult> {
  checkGrids(fused, reference, options);
  const { bands, height, width } = fused.info;
  const ratio = ratioOf(options);
  const { convention = 'toolbox' } = options;
  const windows = assessWindows(fused.info);
  const peak = await commonPeak(reference, windows, options);
  const measured = await measure(
    { fused, reference },
    { windows, ratio, peak, convention },
    options,
  );
  const { indices, pixels, byBand } = measured;
  const points = options.points && (await spectraAt({ fused, reference }, options.points, options));
  if (pixels === 0) {
    throw new InputError(
      `${fused.name}: expected pixels that are valid in both it and ${reference.name}, got none; check nodata.`,
    );
  }
  const maps =
    options.maps === undefined
      ? {}
      : {
          maps: await writeQualityMaps(
            {
              info: fused.info,
              read: async (window) => ({
                estimate: await read(fused, window, options),
                reference: await read(reference, window, options),
              }),
            },
            options.maps,
            options,
          ),
        };
  return {
    ...maps,
    indices,
    ...(byBand ? { byBand } : {}),
    ...(points ? { points } : {}),
    convention,
    ratio,
    bands,
    height,
    width,
    pixels,
    windows: windows.length,
  };
}

interface Measuring {
  readonly windows: readonly Window[];
  readonly ratio: number;
  readonly peak: number;
  readonly convention: Convention;
}

/**
 * The toolboxes' indices are added up over windows, which then have a margin, and come out as those
 * of the whole scene, FSDS excepted; other packages' are means over windows.
 */
async function measure(
  { fused, reference }: { readonly fused: RasterSource; readonly reference: RasterSource },
  { windows, ratio, peak, convention }: Measuring,
  options: AssessOptions,
): Promise<{ indices: Record<string, number>; pixels: number; byBand?: BandIndices }> {
  const bands = options.byBand ? new BandIndicesAccumulator({ peak }) : undefined;
  const pool = new IndexPool();
  const parts = new ReferenceAccumulator({ ratio, peak });
  const adds = convention === 'toolbox' && windows.length > 1;
  let pixels = 0;
  for (const [done, core] of windows.entries()) {
    const around = adds ? widened(core, fused.info) : core;
    const [estimate, truth] = await Promise.all([
      read(fused, around, options),
      read(reference, around, options),
    ]);
    const place = { ...core, row: core.row - around.row, col: core.col - around.col };
    const [a, b] = adds ? [cutRaster(estimate, place), cutRaster(truth, place)] : [estimate, truth];
    const counted = validCount([a, b], core);
    if (adds) parts.add(estimate, truth, place);
    if (counted > 0) {
      const own = adds ? { fsds: fsds(a, b) } : referenceIndices(a, b, { ratio, peak, convention });
      pool.add(own, counted);
    }
    bands?.add(a, b, counted);
    pixels += counted;
    options.onProgress?.({ stage: 'assess', done: done + 1, total: windows.length });
  }
  const indices = adds ? { ...parts.indices(), ...pool.means() } : pool.means();
  return { indices, pixels, ...(bands && pixels > 0 ? { byBand: bands.indices() } : {}) };
}

/** The values of every band at some pixels. */
async function spectraAt(
  { fused, reference }: { readonly fused: RasterSource; readonly reference: RasterSource },
  points: NonNullable<AssessOptions['points']>,
  options: AssessOptions,
): Promise<SpectralPoint[]> {
  const found: SpectralPoint[] = [];
  for (const [row, col] of points) {
    const { height, width } = fused.info;
    if (!(row >= 0 && row < height && col >= 0 && col < width)) {
      throw new InputError(
        `--points: expected rows below ${height} and columns below ${width}, got ${row},${col}; choose others.`,
      );
    }
    const window = { row, col, height: 1, width: 1 };
    const [a, b] = await Promise.all([
      read(fused, window, options),
      read(reference, window, options),
    ]);
    found.push({ row, col, fused: Array.from(a.data), reference: Array.from(b.data) });
  }
  return found;
}

function validCount(rasters: readonly Raster[], { height, width }: Window): number {
  const mask = validPixels(rasters);
  return mask ? mask.reduce((sum, value) => sum + value, 0) : height * width;
}

/** With what the indices reach around it. */
function widened(core: Window, { height, width }: RasterSource['info']): Window {
  const row = Math.max(0, core.row - REFERENCE_MARGIN);
  const col = Math.max(0, core.col - REFERENCE_MARGIN);
  return {
    row,
    col,
    height: Math.min(height, core.row + core.height + REFERENCE_MARGIN) - row,
    width: Math.min(width, core.col + core.width + REFERENCE_MARGIN) - col,
  };
}

function read(source: RasterSource, window: Window, { signal }: AssessOptions) {
  signal?.throwIfAborted();
  return source.read(window, signal ? { signal } : {});
}

function ratioOf({ ratio, sensor, onMessage }: AssessOptions): number {
  if (ratio !== undefined) return ratio;
  if (sensor !== undefined) return findSensor(sensor).ratio;
  onMessage?.('ERGAS is taken at ratio 4; --ratio says otherwise');
  return 4;
}

/** One peak for all windows: the guess grows with the largest value, so the largest guess is it. */
async function commonPeak(
  reference: RasterSource,
  windows: readonly Window[],
  options: AssessOptions,
): Promise<number> {
  const { bitDepth } = options;
  if (bitDepth !== undefined) return 2 ** bitDepth - 1;
  let peak = 0;
  for (const window of windows)
    peak = Math.max(peak, peakValue(await read(reference, window, options), {}));
  return peak;
}

function checkGrids(
  fused: RasterSource,
  reference: RasterSource,
  { onMessage }: AssessOptions,
): void {
  const a = fused.info;
  const b = reference.info;
  if (a.width !== b.width || a.height !== b.height || a.bands !== b.bands) {
    throw new InputError(
      `${fused.name}: expected ${b.width} x ${b.height} pixels and ${b.bands} bands like ${reference.name}, ` +
        `got ${a.width} x ${a.height} and ${a.bands}; name the reference of this image.`,
    );
  }
  if (!a.transform || !b.transform) return;
  const [, , col, , , row] = affine.compose(affine.invert(b.transform), a.transform);
  const shift = Math.max(Math.abs(col), Math.abs(row));
  if (shift > SAME_GRID) {
    onMessage?.(
      `warning: ${fused.name} lies ${shift.toFixed(2)} pixels off ${reference.name}; compared pixel by pixel all the same`,
    );
  }
}
