/** Maps of quality as GeoTIFF: where an image is good and where it is not. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError, type Raster, type RasterInfo, type Window } from '@bandweave/image';
import { createGeoTiff, type GeoTiffSink } from '@bandweave/io';
import { qMap, SamAccumulator, validPixels } from '@bandweave/metrics';
import type { RunOptions } from '../fuse-options.js';

/** Side of the windows that are worked on: blocks of the files fit in. */
const SIDE = 512;

/** Side of Q's window, as of the index itself. */
const Q_WINDOW = 32;

const MAPS = ['sam', 'error', 'q'] as const;

/** Two images on one grid, any window of them. */
export type PairReader = (
  window: Window,
) => Promise<{ readonly estimate: Raster; readonly reference: Raster }>;

export interface MapsRequest {
  /** Of the estimate: size, geotransform, reference system. */
  readonly info: RasterInfo;
  readonly read: PairReader;
}

/**
 * Writes `sam.tif` (degrees), `error.tif` (root mean square over bands) and `q.tif` (Q of the 32 x
 * 32 window around each pixel, mean over bands) into `folder`, float32 with the estimate's
 * georeference and NaN where there is no figure. Memory does not grow with the scene.
 *
 * @returns their paths
 */
export async function writeQualityMaps(
  { info, read }: MapsRequest,
  folder: string,
  { signal, onProgress }: Pick<RunOptions, 'signal' | 'onProgress'>,
): Promise<string[]> {
  const { height, width } = info;
  if (Math.min(height, width) < Q_WINDOW) {
    throw new InputError(
      `--maps: expected an image of at least ${Q_WINDOW} pixels a side, got ${width} x ${height}.`,
    );
  }
  await mkdir(folder, { recursive: true });
  const paths = MAPS.map((name) => join(folder, `${name}.tif`));
  const sinks: GeoTiffSink[] = [];
  try {
    for (const [i, path] of paths.entries()) {
      sinks.push(await createGeoTiff(path, mapInfo(info, MAPS[i]!), { compression: 'deflate' }));
    }
    const windows = mapWindows(info);
    for (const [done, core] of windows.entries()) {
      signal?.throwIfAborted();
      const around = widened(core, info);
      const { estimate, reference } = await read(around);
      const planes = windowMaps({ estimate, reference }, { core, around });
      for (const [i, sink] of sinks.entries()) {
        const { height, width } = core;
        await sink.write(core, { bands: 1, height, width, data: planes[i]! });
      }
      onProgress?.({ stage: 'maps', done: done + 1, total: windows.length });
    }
    for (const sink of sinks) await sink.finish();
  } catch (error) {
    await Promise.all(sinks.map((sink) => sink.abort()));
    throw error;
  }
  return paths;
}

function mapInfo(info: RasterInfo, name: string): RasterInfo {
  const { scales, offsets, bits, ...rest } = info;
  return {
    ...rest,
    bands: 1,
    dataType: 'float32',
    nodata: Number.NaN,
    maskKind: 'nodata',
    bandNames: [name],
    colors: ['gray'],
    blockSize: [256, 256],
  };
}

function mapWindows({ height, width }: Pick<RasterInfo, 'height' | 'width'>): Window[] {
  const windows: Window[] = [];
  for (let row = 0; row < height; row += SIDE) {
    for (let col = 0; col < width; col += SIDE) {
      windows.push({
        row,
        col,
        height: Math.min(SIDE, height - row),
        width: Math.min(SIDE, width - col),
      });
    }
  }
  return windows;
}

/** With what Q's windows reach, inside the image. */
function widened(core: Window, { height, width }: Pick<RasterInfo, 'height' | 'width'>): Window {
  const row = Math.max(0, core.row - Q_WINDOW);
  const col = Math.max(0, core.col - Q_WINDOW);
  return {
    row,
    col,
    height: Math.min(height, core.row + core.height + Q_WINDOW) - row,
    width: Math.min(width, core.col + core.width + Q_WINDOW) - col,
  };
}

interface Places {
  readonly core: Window;
  readonly around: Window;
}

/** The maps of the core, [height, width] each, in the order of MAPS. */
function windowMaps(
  { estimate, reference }: { readonly estimate: Raster; readonly reference: Raster },
  places: Places,
): Float32Array[] {
  const size = estimate.height * estimate.width;
  const angles = new Float32Array(size);
  new SamAccumulator().add(estimate, reference, { map: angles });
  const errors = errorMap(estimate, reference);
  const valid = validPixels([estimate, reference]);
  const { map, height, width } = qMap(estimate, reference, { block: Q_WINDOW });
  const quality = new Float32Array(size).fill(Number.NaN);
  const half = Q_WINDOW >> 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y + half) * estimate.width + x + half;
      if (valid === undefined || valid[at] === 1) quality[at] = map[y * width + x]!;
    }
  }
  return [angles, errors, quality].map((plane) => coreOf(plane, places));
}

/** Root mean square over bands; NaN where a sample is missing. */
function errorMap(estimate: Raster, reference: Raster): Float32Array {
  const size = estimate.height * estimate.width;
  const sums = new Float64Array(size);
  for (let band = 0; band < estimate.bands; band++) {
    for (let i = 0, at = band * size; i < size; i++, at++) {
      sums[i] += (estimate.data[at]! - reference.data[at]!) ** 2;
    }
  }
  const valid = validPixels([estimate, reference]);
  return Float32Array.from(sums, (sum, i) =>
    valid !== undefined && valid[i] === 0 ? Number.NaN : Math.sqrt(sum / estimate.bands),
  );
}

function coreOf(plane: Float32Array, { core, around }: Places): Float32Array {
  const out = new Float32Array(core.height * core.width);
  for (let y = 0; y < core.height; y++) {
    const from = (core.row - around.row + y) * around.width + core.col - around.col;
    out.set(plane.subarray(from, from + core.width), y * core.width);
  }
  return out;
}
