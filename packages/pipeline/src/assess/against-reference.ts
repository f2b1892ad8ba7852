/** Indices against a reference on the same grid. */

import { affine, findSensor, InputError, type RasterSource, type Window } from '@bandweave/image';
import {
  BandMomentsAccumulator,
  ccOf,
  ergasOf,
  peakValue,
  psnrOf,
  referenceIndices,
  rmseOf,
  validPixels,
} from '@bandweave/metrics';
import type { AssessOptions, AssessResult } from './assess-options.js';
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
  const pool = new IndexPool();
  const moments = new BandMomentsAccumulator();
  let pixels = 0;
  for (const [done, window] of windows.entries()) {
    const [estimate, truth] = await Promise.all([
      read(fused, window, options),
      read(reference, window, options),
    ]);
    const mask = validPixels([estimate, truth]);
    const counted = mask
      ? mask.reduce((sum, value) => sum + value, 0)
      : window.height * window.width;
    if (counted > 0) {
      pool.add(referenceIndices(estimate, truth, { ratio, peak, convention }), counted);
      moments.add(estimate, truth, mask ? { mask } : {});
    }
    pixels += counted;
    options.onProgress?.({ stage: 'assess', done: done + 1, total: windows.length });
  }
  if (pixels === 0) {
    throw new InputError(
      `${fused.name}: expected pixels that are valid in both it and ${reference.name}, got none; check nodata.`,
    );
  }
  // What follows from sums over all pixels is exact however the image was cut.
  const all = moments.moments();
  const exact = {
    ergas: ergasOf(all, ratio) * (convention === 'sewar' ? ratio * ratio : 1),
    psnr: psnrOf(all, { peak }),
    rmse: rmseOf(all),
    ...(convention === 'toolbox' ? { cc: ccOf(all) } : {}),
  };
  const indices = windows.length === 1 ? pool.means() : { ...pool.means(), ...exact };
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
    convention,
    ratio,
    bands,
    height,
    width,
    pixels,
    windows: windows.length,
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
