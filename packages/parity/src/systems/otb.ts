/** Orfeo ToolBox's Pansharpening and BundleToPerfectSensor. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findMethod, fuseArrays } from '@bandweave/fusion';
import type { Raster, RasterSource } from '@bandweave/image';
import { openRaster } from '@bandweave/io';
import { fuse } from '@bandweave/pipeline';
import type { ParityCase, Verdict } from '../case.js';
import { need, readTensors, toRaster } from '../tensors.js';

/** Values nearer to zero than this are compared as if they were this large. */
const SMALLEST = 1;

export async function runOtb(parityCase: ParityCase): Promise<Verdict> {
  const { folder, json } = parityCase;
  const words = String(json.arguments).split(/\s+/);
  const method = words[words.indexOf('-method') + 1];
  const expected = toRaster(need(readTensors(join(folder, 'io.safetensors')), 'out'));
  const onOneGrid = String(json.function) === 'Pansharpening';
  const fused = onOneGrid ? sameGrid(parityCase, method) : await bundle(parityCase, method);
  if (fused.height !== expected.height || fused.width !== expected.width) {
    return { error: Number.POSITIVE_INFINITY, tolerance: 0, note: 'another size' };
  }
  const { max_rel: everywhere, interior_max_rel: inside } = json.tolerance;
  return {
    error: largestRelative(fused, expected, everywhere === undefined ? 8 : 0),
    tolerance: everywhere ?? inside,
  };
}

type Image = Pick<Raster, 'bands' | 'height' | 'width' | 'data'>;

/** PAN and an MS that was enlarged beforehand. */
function sameGrid({ folder, json }: ParityCase, method: string): Image {
  const [path] = String(json.inputs).split(':');
  const scene = readTensors(join(folder, path));
  const pan = toRaster(need(scene, 'PAN'));
  const ms = toRaster(need(scene, 'EXP'));
  return fuseArrays({ pan, ms }, findMethod(method), { exp: ms.data, mode: 'released' });
}

/** Two GeoTIFF files that Orfeo lays over each other by their geotransforms. */
async function bundle({ folder, json }: ParityCase, method: string): Promise<Image> {
  const [first] = String(json.inputs).split(' ');
  const ms = await openRaster(join(folder, first, '..', 'ms.tif'));
  const scratch = await mkdtemp(join(tmpdir(), 'bandweave-parity-'));
  try {
    const output = join(scratch, 'out.tif');
    await fuse(join(folder, first), asFloats(ms), output, {
      method,
      mode: 'released',
      resampling: 'cubic',
      extent: 'union',
    });
    return await readAll(output);
  } finally {
    await ms.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The same raster in float32, so that nothing is rounded on the way out. */
function asFloats(source: RasterSource): RasterSource {
  return {
    name: source.name,
    info: { ...source.info, dataType: 'float32' },
    read: async (window, options) => {
      const raster = await source.read(window, options);
      return { ...raster, data: Float32Array.from(raster.data) };
    },
    close: () => source.close(),
  };
}

async function readAll(path: string): Promise<Image> {
  const source = await openRaster(path);
  try {
    const { height, width } = source.info;
    return await source.read({ row: 0, col: 0, height, width });
  } finally {
    await source.close();
  }
}

function largestRelative(
  fused: Image,
  expected: { readonly data: Float64Array },
  inset: number,
): number {
  const { bands, height, width, data } = fused;
  let worst = 0;
  for (let k = 0; k < bands; k++) {
    for (let y = inset; y < height - inset; y++) {
      for (let x = inset; x < width - inset; x++) {
        const p = (k * height + y) * width + x;
        const size = Math.max(Math.abs(expected.data[p]), SMALLEST);
        const error = Math.abs(data[p] - expected.data[p]) / size;
        if (!(error <= worst)) worst = Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
      }
    }
  }
  return worst;
}
