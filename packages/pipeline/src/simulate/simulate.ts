/**
 * Reduced-resolution pairs by Wald's protocol: the original MS becomes the reference of a fusion
 * of its own coarser form (Wald, Ranchin, Mangolini 1997).
 */

import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  affine,
  InputError,
  type Raster,
  type RasterInfo,
  type RasterSource,
} from '@bandweave/image';
import { readResponse } from '../response/read-response.js';
import { stackSources } from '../stack.js';
import { listOf, withRasters } from '../with-rasters.js';
import { planReduction } from './plan-reduction.js';
import { reduceMs } from './reduce-ms.js';
import { SCENE_FILE_NAME } from './scene-file-name.js';
import type { SimulateInputs, SimulateOptions, SimulateResult } from './simulate-options.js';
import { writeRaster } from './write-raster.js';

/**
 * Writes `pan.tif`, `ms.tif` and `reference.tif` into `folder`: PAN at the resolution of MS, MS
 * coarser by `ratio`, and the original MS cut to a multiple of it; `scene.json` notes ratio, sensor
 * and MTF gains for those who train on them.
 *
 * The toolboxes' decimation takes MS samples ratio/2, ratio/2 + ratio, ...: for an even ratio the
 * coarse grid lies half a MS pixel off the nominal corner, and `ms.tif` says so in its
 * geotransform. Without a PAN, `pan.tif` is the sum of the MS bands with the sensor's weights, or with
 * `response` what another sensor's bands see of the cube.
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
  const { signal, onProgress, response: asked, wavelengths, ...rest } = options;
  if (pan && asked !== undefined) {
    throw new InputError(
      `--response: expected a cube alone, got ${pan.name} beside it; leave one of them out.`,
    );
  }
  const response =
    asked === undefined
      ? undefined
      : await readResponse({ response: asked, ...(wavelengths ? { wavelengths } : {}) }, ms);
  const plan = planReduction(
    { ...(pan ? { pan } : {}), ms },
    { ...rest, ...(signal ? { signal } : {}), ...(response ? { response } : {}) },
  );
  const { ratio, sensor } = plan;
  const paths = await prepare(folder, options);
  const step = (done: number) => {
    signal?.throwIfAborted();
    onProgress?.({ stage: 'simulate', done, total: 5 });
  };

  step(0);
  const reference = await plan.reference();
  step(1);
  const coarse = reduceMs(reference, { ratio, gains: plan.gains });
  step(2);
  const fine = await plan.pan(reference);
  step(3);

  const write = { compression: options.compress ?? 'deflate' } as const;
  const info = placed(ms.info);
  await writeRaster(paths.reference, { raster: reference, info }, write);
  await writeRaster(paths.ms, { raster: coarse, info: coarseInfo(info, ratio) }, write);
  step(4);
  await writeRaster(
    paths.pan,
    { raster: fine, info: panInfo(info, { pan: pan?.info, fine, names: plan.guideNames }) },
    write,
  );
  await writeFile(
    join(folder, SCENE_FILE_NAME),
    `${JSON.stringify({ ratio, sensor: sensor.name, gains: plan.gains })}\n`,
  );
  step(5);
  const { height, width, bands } = reference;
  return { ...paths, ratio, sensor: sensor.name, height, width, bands };
}

/**
 * With a geotransform in pixels where the file has none, so that the pair's true phase is known.
 * (GDAL takes the identity for none at all; rows downwards are south.)
 */
function placed(info: RasterInfo): RasterInfo {
  return info.transform ? info : { ...info, transform: [1, 0, 0, 0, -1, 0] };
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

/** MS's facts on the coarse grid: sample k is MS pixel ratio * k + floor(ratio / 2). */
function coarseInfo(info: RasterInfo, ratio: number): RasterInfo {
  // RPC and control points speak of the original's pixels.
  const { rpc, gcps, transform, ...rest } = info;
  if (!transform) return rest;
  const corner = Math.floor(ratio / 2) + 0.5 - ratio / 2;
  return { ...rest, transform: affine.compose(transform, [ratio, 0, corner, 0, ratio, corner]) };
}

/** PAN's facts on MS's grid. */
function panInfo(
  ms: RasterInfo,
  {
    pan,
    fine,
    names,
  }: { pan: RasterInfo | undefined; fine: Raster; names: readonly string[] | undefined },
): RasterInfo {
  const { rpc, gcps, wavelengths, bandWidths, goodBands, scales, offsets, units, ...rest } =
    pan ?? ms;
  const { transform, crs } = ms;
  if (fine.bands > 1) {
    const place = { ...(transform ? { transform } : {}), ...(crs ? { crs } : {}) };
    if (pan) return { ...pan, ...place };
    const bandNames = Array.from({ length: fine.bands }, (_, k) => names?.[k] ?? '');
    const colors = bandNames.map(() => 'undefined' as const);
    return { ...rest, ...place, bands: fine.bands, bandNames, colors };
  }
  return {
    ...rest,
    bands: 1,
    bandNames: [pan?.bandNames[0] || 'PAN'],
    colors: ['gray'],
    ...(transform ? { transform } : {}),
    ...(crs ? { crs } : {}),
  };
}
