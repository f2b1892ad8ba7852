/** Reads what an area of the output needs, once, for all windows in it. */

import {
  cutWindow,
  type FusionMethod,
  type FusionWindow,
  msSpans,
  panSpans,
  type Region,
  type Scene,
} from '@bandweave/fusion';
import type { Raster, RasterSource } from '@bandweave/image';
import type { Area, Job } from './job.js';

/** The open inputs of a job. */
export interface Inputs {
  readonly pan: RasterSource;
  readonly ms: RasterSource;
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
  const onMs = msSpans(area, scene);
  const [pan, ms] = await Promise.all([
    read(inputs.pan, onPan, { ...job.origin, signal }),
    read(inputs.ms, onMs, { row: 0, col: 0, signal }),
  ]);
  return {
    pan: { raster: applyNodata(pan, job.nodata), row: onPan.rows.start, col: onPan.cols.start },
    ms: { raster: applyNodata(ms, job.nodata), row: onMs.rows.start, col: onMs.cols.start },
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

/** The mask by a nodata value that the caller named instead of the file's. */
function applyNodata(raster: Raster, nodata: number | 'none' | undefined): Raster {
  if (nodata === undefined) return raster;
  const { bands, height, width, data } = raster;
  if (nodata === 'none') return { bands, height, width, data };
  const pixels = height * width;
  const mask = new Uint8Array(pixels).fill(1);
  let missing = false;
  for (let i = 0; i < data.length; i++) {
    if (data[i] === nodata || Number.isNaN(data[i])) {
      mask[i % pixels] = 0;
      missing = true;
    }
  }
  return missing ? { bands, height, width, data, mask } : { bands, height, width, data };
}

/** One window of the area. */
export function windowOf(
  regions: Regions,
  area: Area,
  { job, scene, method }: { job: Job; scene: Scene; method: FusionMethod },
): FusionWindow {
  return cutWindow(regions, area, { scene, method, float: job.float });
}
