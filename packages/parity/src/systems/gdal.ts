/** gdal_pansharpen: the arguments of a case become options of `fuse`, its output is read back. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openRaster } from '@bandweave/io';
import { type FuseOptions, fuse, type Resampling } from '@bandweave/pipeline';
import type { ParityCase, Verdict } from '../case.js';
import { readTensors, toRaster } from '../tensors.js';

export async function runGdal(parityCase: ParityCase): Promise<Verdict> {
  const { folder, json } = parityCase;
  const scratch = await mkdtemp(join(tmpdir(), 'bandweave-parity-'));
  try {
    const output = join(scratch, 'out.tif');
    const inputs = join(folder, dirname(String(json.inputs).split(' ')[0]));
    const options = optionsOf(String(json.arguments));
    await fuse(join(inputs, 'pan.tif'), join(inputs, 'ms.tif'), output, options);
    return await compare(output, parityCase);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** gdal_pansharpen's command line in our words; its grids are aligned by size. */
function optionsOf(commandLine: string): FuseOptions {
  const words = commandLine.split(/\s+/);
  const bands: number[] = [];
  const bandWeights: number[] = [];
  const options: { -readonly [K in keyof FuseOptions]: FuseOptions[K] } = {};
  for (let i = 0; i < words.length; i++) {
    const value = words[i + 1];
    if (words[i] === '-b') bands.push(Number(value));
    else if (words[i] === '-w') bandWeights.push(Number(value));
    else if (words[i] === '-r') options.resampling = value as Resampling;
    else if (words[i] === '-bitdepth') options.bitDepth = Number(value);
    else if (words[i] === '-nodata') options.nodata = value === 'None' ? 'none' : Number(value);
    else if (words[i] === '-spat_adjust') {
      if (value === 'intersection') options.extent = 'intersection';
    } else if (words[i] === '-threads' || words[i] === '-co' || words[i] === '-of') {
      // Neither changes a pixel.
    } else if (words[i].startsWith('-') && words[i] !== '-q') {
      throw new Error(`gdal: the argument ${words[i]} is not known here`);
    } else continue;
    if (words[i] !== '-q') i++;
  }
  return {
    ...options,
    ...(bands.length > 0 ? { bands } : {}),
    ...(bandWeights.length > 0 ? { bandWeights } : {}),
    method: 'gdal-brovey',
    align: 'size',
  };
}

async function compare(output: string, { folder, json }: ParityCase): Promise<Verdict> {
  const tensors = readTensors(join(folder, 'io.safetensors'));
  const expected = toRaster(tensors.get('out') ?? [...tensors.values()][0]);
  const source = await openRaster(output);
  try {
    const { info } = source;
    const facts = json.expected_output;
    const { height, width } = info;
    if (width !== facts.width || height !== facts.height || info.bands !== facts.bands) {
      return { error: Number.POSITIVE_INFINITY, tolerance: 0, note: `size ${width}x${height}` };
    }
    if (info.dataType !== String(facts.dtype).toLowerCase()) {
      return { error: Number.POSITIVE_INFINITY, tolerance: 0, note: `type ${info.dataType}` };
    }
    const { data } = await source.read({ row: 0, col: 0, height, width });
    const { max_abs: absolute, max_rel: relative } = json.tolerance;
    let error = 0;
    for (let i = 0; i < data.length; i++) {
      const difference = Math.abs(data[i] - expected.data[i]);
      const size = relative ? Math.max(Math.abs(expected.data[i]), 1e-6) : 1;
      error = Math.max(
        error,
        Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference / size,
      );
    }
    return { error, tolerance: relative ?? absolute };
  } finally {
    await source.close();
  }
}
