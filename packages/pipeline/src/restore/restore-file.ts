/** What `denoise` and `deblur` share: a file is read by regions, restored by triples, written. */

import {
  allocate,
  DATA_TYPES,
  dataTypeOf,
  type Raster,
  type RasterInfo,
  type RasterSource,
} from '@bandweave/image';
import { estimateNoise, type PassPool, passPool } from '@bandweave/restoration';
import type { RasterInput } from '../fuse-options.js';
import { checkOutput } from '../output-check.js';
import { withRasters } from '../with-rasters.js';
import { bandGroups, fullRange, sampleWindows } from './bands.js';
import { heldBytes, planRegions, type Region } from './region-plan.js';
import type { RestoreOptions, RestoreResult } from './restore-options.js';
import { openTarget } from './target.js';

/** What is done to a region: made once the noise level is known. */
export interface Restorer {
  readonly method: string;
  /** One band at a time, whatever there are. */
  readonly single: boolean;
  readonly margin: number;
  readonly bytesPerPixel: number;
  /** Steps of one region, for the progress. */
  readonly steps: number;
  /** Samples 0..255 in and out; calls `step` after each. */
  restore(picture: Raster<Float64Array>, context: RegionContext): Promise<Raster<Float64Array>>;
}

export interface RegionContext {
  readonly pool: PassPool;
  readonly signal?: AbortSignal;
  readonly step: () => void;
}

/** Below this nothing would be left to do. */
const LEAST_SIGMA = 0.5;

/** Reads `input`, restores it and writes `output`, or leaves nothing under that name. */
export async function restoreFile(
  input: RasterInput,
  output: string,
  options: RestoreOptions,
  makeRestorer: (sigma: number, facts: { readonly bands: number }) => Restorer,
): Promise<RestoreResult> {
  const started = performance.now();
  await checkOutput(output, [input], options.overwrite ?? false);
  return withRasters([input], async ([source]) => {
    const { info } = source;
    const { sigma, sigmaFrom, range } = await look(source, options);
    const colours = info.colors.filter((color) => color !== 'alpha').length;
    const restorer = makeRestorer(sigma, { bands: colours });
    const groups = bandGroups(source, restorer);
    const pictures = Number(/\.(png|jpe?g)$/i.test(output)) + Number(!info.crs && !info.transform);
    const { threads, regions } = planRegions({
      info,
      margin: restorer.margin,
      bytesPerPixel: restorer.bytesPerPixel + 4 * info.bands * DATA_TYPES[info.dataType].bytes,
      held: heldBytes(info, pictures),
      memory: options.memory,
      threads: options.threads,
    });
    const { compress, cog, overviews } = options;
    const target = await openTarget(output, source, {
      ...(compress ? { compression: compress } : {}),
      ...(cog ? { cog } : {}),
      ...(overviews ? { overviews: 'average' as const } : {}),
    });
    const pool = passPool(threads);
    const total = regions.length * groups.length * restorer.steps;
    let done = 0;
    const tell = () => options.onProgress?.({ stage: restorer.method, done, total });
    try {
      tell();
      for (const region of regions) {
        options.signal?.throwIfAborted();
        const raster = await source.read(region.whole, readOptions(options));
        const out = cutCore(raster, region);
        for (const { bands, taken } of groups) {
          const from = done;
          const picture = toScale(raster, bands, range);
          const restored = await restorer.restore(picture, {
            pool,
            ...(options.signal ? { signal: options.signal } : {}),
            step: () => {
              done++;
              tell();
            },
          });
          done = from + restorer.steps;
          taken.forEach((band) => {
            putBack({ raster, out, band, info }, region, {
              restored,
              from: bands.indexOf(band),
              range,
            });
          });
          tell();
        }
        await target.write(region.core, out);
      }
      await target.finish();
    } catch (error) {
      await target.abort();
      throw error;
    } finally {
      await pool.close();
    }
    return {
      output,
      method: restorer.method,
      sigma,
      sigmaFrom,
      width: info.width,
      height: info.height,
      bands: info.bands,
      regions: regions.length,
      seconds: (performance.now() - started) / 1000,
      peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
    };
  });
}

const readOptions = ({ signal }: RestoreOptions) => (signal ? { signal } : {});

/** The scale of the samples and, where it was not given, the noise level: median of windows. */
async function look(source: RasterSource, options: RestoreOptions) {
  const windows = sampleWindows(source.info);
  const rasters: Raster[] = [];
  for (const window of windows) rasters.push(await source.read(window, readOptions(options)));
  const range = fullRange(
    source,
    rasters.map(({ data }) => data),
  );
  if (options.sigma !== undefined)
    return { sigma: options.sigma, sigmaFrom: 'given', range } as const;
  const bands = Array.from({ length: source.info.bands }, (_, band) => band).filter(
    (band) => source.info.colors[band] !== 'alpha',
  );
  const levels = rasters
    .map((raster) => estimateNoise(toScale(raster, bands, range)))
    .sort((a, b) => a - b);
  const found = Math.max(LEAST_SIGMA, levels[levels.length >> 1]);
  options.onMessage?.(
    `${source.name}: noise of ${found.toFixed(2)} of 255 found; --sigma sets it.`,
  );
  return { sigma: found, sigmaFrom: 'estimated', range } as const;
}

/** Some bands in doubles, 255 for the full range; empty pixels get their band's mean. */
function toScale(
  { height, width, data, mask }: Raster,
  bands: readonly number[],
  range: number,
): Raster<Float64Array> {
  const size = height * width;
  const out = new Float64Array(bands.length * size);
  const factor = 255 / range;
  bands.forEach((band, k) => {
    const from = data.subarray(band * size, (band + 1) * size);
    let sum = 0;
    let count = 0;
    const valid = (i: number) => mask?.[i] !== 0 && Number.isFinite(from[i]);
    for (let i = 0; i < size; i++) {
      if (!valid(i)) continue;
      out[k * size + i] = from[i] * factor;
      sum += from[i] * factor;
      count++;
    }
    if (count === size) return;
    for (let i = 0; i < size; i++) if (!valid(i)) out[k * size + i] = sum / Math.max(1, count);
  });
  return { bands: bands.length, height, width, data: out };
}

/** All bands of the core as they were: alpha and empty pixels stay so. */
function cutCore({ bands, data, height, width }: Raster, { core, whole }: Region): Raster {
  const out = allocate(dataTypeOf(data), bands * core.height * core.width);
  const [top, left] = [core.row - whole.row, core.col - whole.col];
  for (let band = 0, to = 0; band < bands; band++) {
    for (let y = 0; y < core.height; y++, to += core.width) {
      const at = (band * height + top + y) * width + left;
      out.set(data.subarray(at, at + core.width), to);
    }
  }
  return { bands, height: core.height, width: core.width, data: out };
}

interface Band {
  readonly raster: Raster;
  readonly out: Raster;
  readonly band: number;
  readonly info: RasterInfo;
}

interface Restored {
  readonly restored: Raster<Float64Array>;
  /** Its band. */
  readonly from: number;
  readonly range: number;
}

/** One band into the core, rounded and kept within the range; empty pixels stay. */
function putBack(
  { raster, out, band, info }: Band,
  { core, whole }: Region,
  { restored, from, range }: Restored,
): void {
  const { width } = raster;
  const { kind, min } = DATA_TYPES[info.dataType];
  const float = kind === 'float';
  const most = Math.min(DATA_TYPES[info.dataType].max, range);
  const least = kind === 'unsigned' ? 0 : min;
  const [top, left] = [core.row - whole.row, core.col - whole.col];
  const size = raster.height * width;
  const { nodata } = info;
  for (let y = 0; y < core.height; y++) {
    for (let x = 0; x < core.width; x++) {
      const at = (top + y) * width + left + x;
      if (raster.mask?.[at] === 0 && info.maskKind !== 'alpha') continue;
      let value = (restored.data[from * size + at] * range) / 255;
      if (!float) value = Math.min(most, Math.max(least, Math.round(value)));
      // A pixel that holds data must not read as empty.
      if (value === nodata) value = value > least ? value - 1 : value + 1;
      if (Number.isFinite(raster.data[band * size + at])) {
        out.data[(band * core.height + y) * core.width + x] = value;
      }
    }
  }
}
