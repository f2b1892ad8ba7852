/** `fuse PAN MS [MS...] -o OUT`: the main job. */

import { existsSync } from 'node:fs';
import type { FuseResult } from '@bandweave/pipeline';
import type { Command } from 'commander';
import { type FuseFlags, fuseOptions, withFuseFlags } from '../options/fuse.js';
import { required, withExample, withRunFlags } from '../options/run.js';
import { print, printJson } from '../print.js';
import { run } from '../run.js';
import { UsageError } from '../usage-error.js';

export function register(program: Command): Command {
  const command = program
    .command('fuse')
    .description(
      'Sharpens multispectral bands with a panchromatic one, or with several sharp bands;\n' +
        'writes a GeoTIFF.',
    )
    .argument('<pan>', 'the sharp band: a path, an address or FILE,band=N; or several bands')
    .argument('<ms...>', 'the spectral bands: one file or several, each FILE or FILE,band=N')
    .action(fuseVerb);
  return withExample(
    withRunFlags(withFuseFlags(command)),
    'bandweave fuse pan.tif ms.tif -o sharp.tif',
    'bandweave fuse B8.tif B4.tif B3.tif B2.tif -o rgb.tif --method gsa --compress deflate --cog',
    'bandweave fuse pan.tif ms.tif -o sharp.tif --method auto --report',
    'bandweave fuse s2-10m.tif s2-20m.tif -o s2-sharp.tif --method mtf-glp-hpm',
    'bandweave fuse pan.tif ms.tif -o sharp.tif --method fusionmamba --weights wv3.safetensors',
    'bandweave fuse pan.tif ms.tif -o sharp.tif --method sbm --weights sbm.safetensors \\\n      --preset sde-5 --samples 16 --uncertainty --report',
  );
}

export async function fuseVerb(
  pan: string,
  ms: readonly string[],
  flags: FuseFlags,
): Promise<void> {
  const output = required(flags.output, { verb: 'fuse', option: '-o, --output <file>' });
  if (flags.resume) checkUnfinished(output);
  const { fuse } = await import('@bandweave/pipeline');
  const { result, report } = await run(flags, async (options) => {
    const result = await fuse(pan, ms, output, fuseOptions(flags, options));
    if (flags.report === undefined) return { result };
    const { fuseReport } = await import('../reports/fuse.js');
    return {
      result,
      report: await fuseReport(
        { pan, ms, result, ...(flags.bands ? { bands: flags.bands } : {}) },
        flags.report,
        options,
      ),
    };
  });
  if (flags.json) printJson({ ...result, ...(report === undefined ? {} : { report }) });
  else print(summary(result) + (report === undefined ? '' : `\nreport: ${report}`));
}

/** A run of another name, or none at all, would quietly begin anew. */
function checkUnfinished(output: string): void {
  if (existsSync(`${output}.partial`)) return;
  throw new UsageError(
    `--resume: expected ${output}.partial of an interrupted run, got none; leave --resume out.`,
  );
}

/** What was made, in one line. */
function summary(result: FuseResult): string {
  const { sampling, uncertainty } = result;
  const how = sampling
    ? `, ${sampling.sampler} of ${sampling.steps}${sampling.samples > 1 ? `, mean of ${sampling.samples}` : ''}, seed ${sampling.seed}`
    : '';
  const beside = uncertainty === undefined ? '' : `\nmean and deviation: ${uncertainty}`;
  const { output, method, width, height, bands, dataType, sensor, seconds, peakRssMb } = result;
  const resumed = result.resumedWindows > 0 ? `, ${result.resumedWindows} windows taken over` : '';
  return (
    `${output}: ${width} x ${height} pixels, ${bands} bands, ${dataType}, by ${method}${how} ` +
    `for ${sensor} in ${seconds.toFixed(1)} s with ${Math.round(peakRssMb)} MB${resumed}${beside}`
  );
}
