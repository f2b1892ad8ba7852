/** The options of `fuse` and what they become. */

import type { FuseOptions, RunOptions } from '@bandweave/pipeline';
import type { Command } from 'commander';
import { type OutputFlags, withOutputFlags } from './output.js';
import type { RunFlags } from './run.js';
import {
  bandList,
  choice,
  integer,
  memorySize,
  nodata,
  number,
  numbers,
  tileSide,
} from './values.js';

export const RESAMPLINGS = [
  'nearest',
  'bilinear',
  'cubic',
  'cubicspline',
  'lanczos',
  'average',
] as const;
const MODES = ['mended', 'released'] as const;
const CLUSTERINGS = ['window', 'scene'] as const;
const EXTENTS = ['union', 'intersection'] as const;

const GUIDES = ['synthesise', 'select'] as const;

export interface FuseFlags extends RunFlags, OutputFlags {
  readonly output?: string;
  readonly method?: string;
  readonly weights?: string;
  readonly weightsRatio?: number;
  readonly clustering?: (typeof CLUSTERINGS)[number];
  readonly maps?: string;
  readonly preset?: string;
  readonly sampler?: string;
  readonly steps?: number;
  readonly seed?: number;
  readonly samples?: number;
  /** A path, or true for one beside the output. */
  readonly uncertainty?: string | true;
  readonly consistency?: number;
  readonly bandWeights?: readonly number[];
  readonly mode?: (typeof MODES)[number];
  readonly block?: number;
  readonly bands?: readonly number[];
  readonly sensor?: string;
  readonly bitDepth?: number;
  readonly guide?: (typeof GUIDES)[number];
  readonly mtfGain?: number;
  readonly nodata?: number | 'none';
  readonly resampling?: (typeof RESAMPLINGS)[number];
  readonly extent?: (typeof EXTENTS)[number];
  readonly tile?: number;
  readonly memory?: number;
  readonly resume?: true;
  /** A path, or true for one beside the output. */
  readonly report?: string | true;
}

export function withFuseFlags(command: Command): Command {
  command
    .option('-o, --output <file>', 'the GeoTIFF to write')
    .option(
      '-m, --method <name>',
      'how to fuse; bandweave methods lists all, auto chooses (default: mtf-glp-fs)',
    )
    .option(
      '--weights <file>',
      'weights of a network: .safetensors or .pth (default: those that ship, where any do)',
    )
    .option(
      '--weights-ratio <n>',
      'PAN pixels a MS pixel that weights were trained at, where they do not tell it (default: 4)',
      integer('--weights-ratio', [2, 64]),
    )
    .option(
      '--clustering <which>',
      'of cannet: each window for itself (window, default), or once for the scene (scene)',
      choice('--clustering', CLUSTERINGS),
    )
    .option('--maps <folder>', "write cannet's clusters as GeoTIFFs, one a level, into a folder")
    .option(
      '--preset <name>',
      'of sbm: ode-1 (default), sde-5; of ssdiff: ddim-10 (default), released',
    )
    .option('--sampler <name>', 'of sbm: ode, sde; of ssdiff: ddim, ddim-leading, ddpm, released')
    .option(
      '--steps <n>',
      'of ssdiff and sbm: evaluations of the network an image',
      integer('--steps', [1, 1000]),
    )
    .option(
      '--seed <n>',
      'of ssdiff and sbm: of all noise (default: 1)',
      integer('--seed', [0, 2 ** 32 - 1]),
    )
    .option(
      '--samples <n>',
      'of ssdiff and sbm: write the mean of so many images (default: 1)',
      integer('--samples', [1, 1000]),
    )
    .option(
      '--uncertainty [file]',
      "write each band's mean and standard deviation over the samples (8 by default) as float32\n(default: beside the output)",
    )
    .option(
      '--consistency <share>',
      'of ssdiff and sbm: correct each estimate by so much of what MS lacks of it, 0 to 1',
      number('--consistency'),
    )
    .option(
      '-w, --band-weights <list>',
      'share of each input band in the intensity, such as 0.1,0.3,0.4,0.2',
      numbers('--band-weights'),
    )
    .option(
      '--mode <which>',
      'mended (default), or released: with the known faults of the original program',
      choice('--mode', MODES),
    )
    .option(
      '--block <pixels>',
      'bdsd only: fit blocks of so many PAN pixels one by one, not the whole scene',
      integer('--block', [16, 8192]),
    )
    .option(
      '-b, --bands <list>',
      'bands to write, counted from 1: 3,2,1 or 1-4',
      bandList('--bands'),
    )
    .option(
      '--sensor <name>',
      'whose images they are; bandweave sensors lists all (default: guessed)',
    )
    .option(
      '--guide <how>',
      'PAN of several bands: synthesise (default) makes one for each MS band, select takes the nearest',
      choice('--guide', GUIDES),
    )
    .option(
      '--mtf-gain <gain>',
      "with several sharp bands: gain of the coarse sensor's MTF at Nyquist (default: estimated)",
      number('--mtf-gain'),
    )
    .option(
      '--bit-depth <bits>',
      'clamp whole numbers to so many bits',
      integer('--bit-depth', [1, 32]),
    )
    .option(
      '--nodata <value>',
      'what marks empty pixels: a number, nan or none',
      nodata('--nodata'),
    )
    .option(
      '-r, --resampling <name>',
      `how MS is enlarged: ${RESAMPLINGS.join(', ')}`,
      choice('--resampling', RESAMPLINGS),
    )
    .option(
      '--extent <which>',
      'where PAN and MS differ: union (default) or intersection',
      choice('--extent', EXTENTS),
    );
  return withOutputFlags(command)
    .option(
      '--tile <pixels>',
      'side of the windows worked on, a multiple of 16',
      tileSide('--tile'),
    )
    .option(
      '--memory <size>',
      'what all processes together may hold, such as 1g',
      memorySize('--memory'),
    )
    .option('--resume', 'go on where an interrupted run of the same command stopped')
    .option('--report [file]', 'write an HTML report (default: beside the output)');
}

/** OUT-uncertainty.tif for OUT.tif. */
const uncertaintyPath = (output: string) => `${output.replace(/\.tiff?$/i, '')}-uncertainty.tif`;

/** What the library is asked for: the flags that were given, and nothing else. */
export function fuseOptions(flags: FuseFlags, run: RunOptions): FuseOptions {
  const { json, quiet, output, report, uncertainty, ...given } = flags;
  const beside = uncertainty === true ? uncertaintyPath(output ?? '') : uncertainty;
  return { ...given, ...run, ...(beside === undefined ? {} : { uncertainty: beside }) };
}
