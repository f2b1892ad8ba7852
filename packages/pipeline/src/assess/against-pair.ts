/** Indices without a reference: the fused image against the pair that it was made of. */

import { InputError, type RasterSource, type Window } from '@bandweave/image';
import { fullResolutionIndices, validPixels } from '@bandweave/metrics';
import { chooseSensor } from '../sensor-choice.js';
import { checkPan } from '../with-rasters.js';
import { alignFused, readAligned } from './aligned-window.js';
import type { AssessOptions, AssessResult } from './assess-options.js';
import { assessWindows, IndexPool } from './pool.js';
import { writeQualityMaps } from './quality-maps.js';

export async function againstPair(
  fused: RasterSource,
  { pan, ms }: { readonly pan: RasterSource; readonly ms: RasterSource },
  options: AssessOptions,
): Promise<AssessResult> {
  checkPan(pan);
  checkShapes(fused, { pan, ms });
  const { bands, height, width } = fused.info;
  const guess = { pan, ms, ratio: Math.round(pan.info.width / ms.info.width) };
  const { sensor, gains, message } = chooseSensor(options.sensor, guess);
  const pair = alignFused({ fused, pan, ms }, gains);
  for (const line of [...pair.messages, message]) options.onMessage?.(line);
  const { rows, cols } = pair.scene.ratio;
  const ratio = options.ratio ?? Math.max(2, Math.round(Math.sqrt(rows * cols)));
  const { convention = 'toolbox' } = options;
  const windows = assessWindows(fused.info);
  const pool = new IndexPool();
  let pixels = 0;
  for (const [done, window] of windows.entries()) {
    options.signal?.throwIfAborted();
    const images = await readAligned({ fused, pan, ms }, { window, pair }, options);
    const mask = validPixels([images.fused, images.pan, images.expanded]);
    const counted = mask
      ? mask.reduce((sum, value) => sum + value, 0)
      : window.height * window.width;
    if (counted > 0) {
      const inputs = { ...images, ratio, sensor, convention };
      pool.add(fullResolutionIndices(images.fused, inputs), counted);
    }
    pixels += counted;
    options.onProgress?.({ stage: 'assess', done: done + 1, total: windows.length });
  }
  if (pixels === 0) {
    throw new InputError(
      `${fused.name}: expected pixels that are valid in it, PAN and MS, got none; check nodata.`,
    );
  }
  const head = { indices: pool.means(), convention, ratio, bands, height, width, pixels };
  if (options.maps !== undefined) {
    // Without a truth the maps show what was changed of the enlarged MS.
    const read = async (window: Window) => {
      const part = await readAligned({ fused, pan, ms }, { window, pair }, options);
      return { estimate: part.fused, reference: part.expanded };
    };
    const maps = await writeQualityMaps({ info: fused.info, read }, options.maps, options);
    return { ...head, maps, windows: windows.length, sensor: sensor.name };
  }
  return { ...head, windows: windows.length, sensor: sensor.name };
}

function checkShapes(
  fused: RasterSource,
  { pan, ms }: { readonly pan: RasterSource; readonly ms: RasterSource },
): void {
  const { width, height, bands } = fused.info;
  if (width !== pan.info.width || height !== pan.info.height) {
    throw new InputError(
      `${fused.name}: expected ${pan.info.width} x ${pan.info.height} pixels like ${pan.name}, ` +
        `got ${width} x ${height}; name the PAN of this image.`,
    );
  }
  if (bands !== ms.info.bands) {
    throw new InputError(
      `${fused.name}: expected ${ms.info.bands} bands like ${ms.name}, got ${bands}; pick bands of MS: ${ms.name},band=N+M.`,
    );
  }
}
