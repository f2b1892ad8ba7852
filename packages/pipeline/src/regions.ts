/** Reads what an area of the output needs, once, for all windows in it. */

import {
  cutWindow,
  type FusionMethod,
  type FusionWindow,
  msSpans,
  panSpans,
  type Region,
  type Scene,
  type WindowBuffers,
} from '@bandweave/fusion';
import type { Raster, RasterSource } from '@bandweave/image';
import type { Area, Job } from './job.js';

/** The open inputs of a job. */
export interface Inputs {
  readonly pan: RasterSource;
  readonly ms: RasterSource;
  /** Opened by the caller at least in part: can't be opened again in a worker. */
  readonly borrowed: boolean;
  /**
   * With a guide of several bands: what a network starts from, [bands, rows, cols] in samples, the
   * band's mean where nothing is known. Makes no sense in a worker.
   */
  readonly base?: (area: Area, signal?: AbortSignal) => Promise<Float32Array>;
}

export interface Regions {
  readonly pan: Region;
  readonly ms: Region;
}

/** PAN and MS under an area with the margins of the method. */
export async function readRegions(
  inputs: Inputs,
  area: Area,
  {
    job,
    scene,
    method,
    signal,
  }: {
    job: Job;
    scene: Scene;
    method: FusionMethod;
    signal?: AbortSignal;
  },
): Promise<Regions> {
  const onPan = panSpans(area, scene, method);
  const onMs = msSpans(area, scene, method);
  const [pan, ms] = await Promise.all([
    read(inputs.pan, onPan, { ...job.origin, signal }),
    read(inputs.ms, onMs, { row: 0, col: 0, signal }),
  ]);
  return {
    pan: { raster: completeMask(pan, job.nodata), row: onPan.rows.start, col: onPan.cols.start },
    ms: { raster: completeMask(ms, job.nodata), row: onMs.rows.start, col: onMs.cols.start },
  };
}

async function read(
  source: RasterSource,
  { rows, cols }: Area,
  { row, col, signal }: { row: number; col: number; signal?: AbortSignal | undefined },
): Promise<Raster> {
  const height = Math.max(0, rows.end - rows.start);
  const width = Math.max(0, cols.end - cols.start);
  const window = { row: rows.start + row, col: cols.start + col, height, width };
  return source.read(window, signal ? { signal } : {});
}

/**
 * The mask completed: NaN is never data, and a nodata value that the caller named replaces what
 * the file says.
 */
export function completeMask(raster: Raster, nodata: number | 'none' | undefined): Raster {
  const { bands, height, width, data } = raster;
  const float = data instanceof Float32Array || data instanceof Float64Array;
  if (nodata === undefined && !float) return raster;
  const pixels = height * width;
  const mask = nodata === undefined && raster.mask ? raster.mask.slice() : new Uint8Array(pixels);
  if (!(nodata === undefined && raster.mask)) mask.fill(1);
  let missing = mask.includes(0);
  for (let band = 0; band < bands; band++) {
    for (let p = 0; p < pixels; p++) {
      const value = data[band * pixels + p];
      if (value === nodata || Number.isNaN(value)) {
        mask[p] = 0;
        missing = true;
      }
    }
  }
  return missing ? { bands, height, width, data, mask } : { bands, height, width, data };
}

/** One window of the area. */
export function windowOf(
  regions: Regions,
  area: Area,
  {
    job,
    scene,
    method,
    buffers,
  }: { job: Job; scene: Scene; method: FusionMethod; buffers?: WindowBuffers },
): FusionWindow {
  const options = { scene, method, float: job.float };
  return cutWindow(regions, area, buffers ? { ...options, buffers } : options);
}
