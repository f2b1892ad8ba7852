/** `convert IN -o OUT`: weights or rasters, by content. */

import { extname } from 'node:path';
import { DATA_TYPES, type DataType } from '@bandweave/image';
import type { RunOptions } from '@bandweave/pipeline';
import type { Command } from 'commander';
import { type FileKind, fileKind } from '../file-kind.js';
import { type OutputFlags, withOutputFlags } from '../options/output.js';
import { type RunFlags, required, withExample, withRunFlags } from '../options/run.js';
import { bandList, choice, nodata } from '../options/values.js';
import { print, printJson } from '../print.js';
import { run } from '../run.js';
import { UsageError } from '../usage-error.js';

const TYPES = Object.keys(DATA_TYPES) as DataType[];

const INTERLEAVES = ['bsq', 'bil', 'bip'] as const;

interface ConvertFlags extends RunFlags, OutputFlags {
  readonly output?: string;
  readonly type?: DataType;
  readonly bands?: readonly number[];
  readonly nodata?: number | 'none';
  readonly interleave?: (typeof INTERLEAVES)[number];
}

export function register(program: Command): Command {
  const command = program
    .command('convert')
    .description(
      'Weights of PyTorch to safetensors; rasters to GeoTIFF, ENVI, NPY, MAT or HDF5 of another\n' +
        'storage or type, or to PNG for looking at. What the input is, its content says; what the\n' +
        'output is, its name. Of several arrays one is named: FILE,array=NAME,index=N,layout=chw.',
    )
    .argument('<in>', 'a raster or a weights file')
    .option('-o, --output <file>', '.tif, .hdr or .img (ENVI), .npy, .mat, .h5, .png, .safetensors')
    .option('--type <name>', `sample type: ${TYPES.join(', ')}`, choice('--type', TYPES))
    .option(
      '-b, --bands <list>',
      'bands to write, counted from 1: 3,2,1 or 1-4',
      bandList('--bands'),
    )
    .option(
      '--nodata <value>',
      'what marks empty pixels: a number, nan or none',
      nodata('--nodata'),
    )
    .option(
      '--interleave <name>',
      'order of the samples in ENVI: bsq (default), bil, bip',
      choice('--interleave', INTERLEAVES),
    )
    .action(convert);
  return withExample(
    withRunFlags(withOutputFlags(command, { without: ['threads'] })),
    'bandweave convert weights.pth -o weights.safetensors',
    'bandweave convert scene.tif -o scene-cog.tif --cog --compress deflate',
    'bandweave convert cube.h5,array=gt,index=0 -o cube.hdr --interleave bil',
    'bandweave convert sharp.tif -o sharp.png --bands 5,3,2',
  );
}

type Conversion = (
  input: string,
  flags: ConvertFlags & { readonly output: string },
  context: Required<RunOptions>,
) => Promise<string>;

const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  'weights to .safetensors': async (input, { output }) => {
    const { convertWeights } = await import('@bandweave/graph');
    return convertWeights(input, output);
  },
  ...Object.fromEntries(
    ['.tif', '.hdr', '.img', '.npy', '.mat', '.h5'].map((ending): [string, Conversion] => [
      `raster to ${ending}`,
      async (input, flags, context) => {
        const { toRaster } = await import('../convert/raster.js');
        return toRaster(input, flags, context);
      },
    ]),
  ),
  'raster to .png': async (input, flags, context) => {
    const { toPng } = await import('../convert/raster.js');
    return toPng(input, flags, context);
  },
};

async function convert(input: string, flags: ConvertFlags): Promise<void> {
  const output = required(flags.output, { verb: 'convert', option: '-o, --output <file>' });
  const conversion = findConversion(input, await fileKind(input), output);
  const { checkOutput } = await import('@bandweave/pipeline');
  const { rasterFiles } = await import('@bandweave/io');
  for (const file of rasterFiles(output))
    await checkOutput(file, [input], flags.overwrite ?? false);
  const found = await run(flags, (context) => conversion(input, { ...flags, output }, context));
  if (flags.json) printJson({ input, output, found });
  else print(`${output}: ${found}`);
}

function findConversion(input: string, kind: FileKind, output: string): Conversion {
  const extension = extname(output).toLowerCase().replace('.tiff', '.tif');
  const conversion = CONVERSIONS[`${kind} to ${extension}`];
  if (conversion) return conversion;
  const known = Object.keys(CONVERSIONS).join(', ');
  throw new UsageError(
    `bandweave convert: expected ${known}, got ${kind} ${input} to ${extension || 'a name without extension'}; change the output's name.`,
  );
}
