/**
 * Reduced-resolution pairs by Wald's protocol: the original MS becomes the reference of a fusion
 * of its own coarser form (Wald, Ranchin, Mangolini 1997).
 */

import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  affine,
  InputError,
  msGainsFor,
  type Raster,
  type RasterInfo,
  type RasterSource,
  type Sensor,
} from '@bandweave/image';
import { alignGrids } from '../align.js';
import { chooseSensor } from '../sensor-choice.js';
import { stackSources } from '../stack.js';
import { checkPan, listOf, withRasters } from '../with-rasters.js';
import { reduceMs } from './reduce-ms.js';
import { type PanAxis, reducePan } from './reduce-pan.js';
import type { SimulateInputs, SimulateOptions, SimulateResult } from './simulate-options.js';
import { writeRaster } from './write-raster.js';

/** What is held in memory at once: PAN and MS in float64. */
const MOST_SAMPLES = 2 ** 28;

/**
 * Writes `pan.tif`, `ms.tif` and `reference.tif` into `folder`: PAN at the resolution of MS, MS
 * coarser by `ratio`, and the original MS cut to a multiple of it.
 *
 * The toolboxes' decimation takes MS samples ratio/2, ratio/2 + ratio, ...: for an even ratio the
 * coarse grid lies half a MS pixel off the nominal corner, and `ms.tif` says so in its
 * geotransform. Without a PAN, `pan.tif` is the sum of the MS bands with the sensor's weights.
 *
 * @throws InputError where the pair does not fit, is too large for memory, or a file exists
 */
export async function simulate(
  inputs: SimulateInputs,
  folder: string,
  options: SimulateOptions = {},
): Promise<SimulateResult> {
  const { pan } = inputs;
  const spectral = listOf(inputs.ms);
  if (pan === undefined) {
    return withRasters(spectral, (ms) => degrade({ ms: stackSources(ms) }, folder, options));
  }
  return withRasters([pan, ...spectral], ([first, ...ms]) =>
    degrade({ pan: first!, ms: stackSources(ms) }, folder, options),
  );
}

async function degrade(
  { pan, ms }: { readonly pan?: RasterSource; readonly ms: RasterSource },
  folder: string,
  options: SimulateOptions,
): Promise<SimulateResult> {
  const { signal, onProgress } = options;
  if (pan) checkPan(pan);
  const aligned = pan && alignGrids(pan, ms);
  for (const line of aligned?.messages ?? []) options.onMessage?.(line);
  const found = aligned && Math.round(Math.sqrt(aligned.rows.ratio * aligned.cols.ratio));
  const known = options.ratio ?? found;
  const { sensor, message } = chooseSensor(options.sensor, {
    pan: pan ?? ms,
    ms,
    ratio: known ?? 4,
  });
  options.onMessage?.(message);
  const ratio = known ?? sensor.ratio;
  const { height, width } = cut(ms, ratio);
  checkSize(ms, pan);
  const paths = await prepare(folder, options);
  const step = (done: number) => {
    signal?.throwIfAborted();
    onProgress?.({ stage: 'simulate', done, total: 5 });
  };

  step(0);
  const how = signal ? { signal } : {};
  const reference = await ms.read({ row: 0, col: 0, height, width }, how);
  step(1);
  const coarse = reduceMs(reference, { ratio, gains: msGainsFor(sensor, reference.bands) });
  step(2);
  const axis = (i: 0 | 1): PanAxis => ({
    ratio: [aligned!.rows, aligned!.cols][i]!.ratio,
    offset: aligned!.offset[i],
    length: [height, width][i]!,
  });
  const fine = pan
    ? reducePan(await readWhole(pan, how), { rows: axis(0), cols: axis(1) })
    : weightedSum(reference, sensor);
  step(3);

  const write = { compression: options.compress ?? 'deflate' } as const;
  const info = placed(ms.info);
  await writeRaster(paths.reference, { raster: reference, info }, write);
  await writeRaster(paths.ms, { raster: coarse, info: coarseInfo(info, ratio) }, write);
  step(4);
  await writeRaster(paths.pan, { raster: fine, info: panInfo(info, pan?.info) }, write);
  step(5);
  return { ...paths, ratio, sensor: sensor.name, height, width, bands: reference.bands };
}

/**
 * With a geotransform in pixels where the file has none, so that the pair's true phase is known.
 * (GDAL takes the identity for none at all; rows downwards are south.)
 */
function placed(info: RasterInfo): RasterInfo {
  return info.transform ? info : { ...info, transform: [1, 0, 0, 0, -1, 0] };
}

/** The size of MS cut to multiples of the ratio. */
function cut({ name, info }: RasterSource, ratio: number): { height: number; width: number } {
  const height = Math.floor(info.height / ratio) * ratio;
  const width = Math.floor(info.width / ratio) * ratio;
  if (Number.isInteger(ratio) && ratio >= 2 && height >= 4 * ratio && width >= 4 * ratio) {
    return { height, width };
  }
  throw new InputError(
    `${name}: expected at least ${4 * ratio} pixels a side for a whole ratio from 2 on, got ratio ${ratio} and ${info.width} x ${info.height}; choose --ratio.`,
  );
}

function checkSize(ms: RasterSource, pan: RasterSource | undefined): void {
  const samples = ({ info }: RasterSource) => info.bands * info.height * info.width;
  const total = 2 * samples(ms) + (pan ? samples(pan) : 0);
  if (total <= MOST_SAMPLES) return;
  throw new InputError(
    `${ms.name}: expected a pair of at most ${MOST_SAMPLES} samples, got ${total}; cut a part out first (gdal_translate -srcwin).`,
  );
}

/** Makes the folder and sees that nothing in it is overwritten unasked. */
async function prepare(folder: string, { overwrite }: SimulateOptions) {
  await mkdir(folder, { recursive: true });
  const paths = {
    pan: join(folder, 'pan.tif'),
    ms: join(folder, 'ms.tif'),
    reference: join(folder, 'reference.tif'),
  };
  for (const path of Object.values(paths)) {
    const exists = await stat(path).then(
      () => true,
      () => false,
    );
    if (exists && !overwrite) {
      throw new InputError(`${path}: expected no file of that name, got one; add --overwrite.`);
    }
  }
  return paths;
}

async function readWhole(source: RasterSource, how: { signal?: AbortSignal }): Promise<Raster> {
  const { height, width } = source.info;
  return source.read({ row: 0, col: 0, height, width }, how);
}

/** A PAN of the bands, where no PAN was given. */
function weightedSum(ms: Raster, sensor: Sensor): Raster<Float64Array> {
  const { bands, height, width, data, mask } = ms;
  const own = sensor.bandWeights.length === bands;
  const weights = own ? sensor.bandWeights : new Array<number>(bands).fill(1 / bands);
  const size = height * width;
  const out = new Float64Array(size);
  for (let band = 0; band < bands; band++) {
    for (let i = 0; i < size; i++) out[i]! += weights[band]! * data[band * size + i]!;
  }
  return { bands: 1, height, width, data: out, ...(mask ? { mask } : {}) };
}

/** MS's facts on the coarse grid: sample k is MS pixel ratio * k + floor(ratio / 2). */
function coarseInfo(info: RasterInfo, ratio: number): RasterInfo {
  // RPC and control points speak of the original's pixels.
  const { rpc, gcps, transform, ...rest } = info;
  if (!transform) return rest;
  const corner = Math.floor(ratio / 2) + 0.5 - ratio / 2;
  return { ...rest, transform: affine.compose(transform, [ratio, 0, corner, 0, ratio, corner]) };
}

/** PAN's facts on MS's grid. */
function panInfo(ms: RasterInfo, pan: RasterInfo | undefined): RasterInfo {
  const { rpc, gcps, ...rest } = pan ?? ms;
  const { transform, crs } = ms;
  return {
    ...rest,
    bands: 1,
    bandNames: [pan?.bandNames[0] || 'PAN'],
    colors: ['gray'],
    ...(transform ? { transform } : {}),
    ...(crs ? { crs } : {}),
  };
}
