/**
 * `npm run bench:pansharpen [-- --large] [--runs N]`: whole-process wall time and memory of
 * `bandweave fuse` against gdal_pansharpen.py on a made pair, runs in turn, same compression.
 */

import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { madePair } from './made-pair.js';
import { type Measured, measure, median } from './measure.js';

const COMMAND = new URL('../../packages/bandweave/bin/bandweave.js', import.meta.url).pathname;

const { values } = parseArgs({
  options: {
    large: { type: 'boolean', default: false },
    runs: { type: 'string', default: '5' },
    methods: { type: 'string' },
    compress: { type: 'string', default: 'none,deflate' },
    folder: { type: 'string', default: join(tmpdir(), 'bandweave-bench') },
  },
});

const runs = values.large ? 1 : Number(values.runs);
const side = values.large ? 20000 : 4096;
const methods = (
  values.methods ?? (values.large ? 'gdal-brovey' : 'gdal-brovey,brovey,gsa,mtf-glp-fs')
).split(',');
const pair = await madePair(values.folder, side);
const output = join(values.folder, 'out.tif');

async function fuseOurs(method: string, compress: string): Promise<Measured> {
  const memory = values.large ? ['--memory', '1g'] : [];
  const args = [COMMAND, 'fuse', pair.pan, pair.ms, '-o', output, '--method', method, '--quiet'];
  try {
    return await measure(process.execPath, [...args, '--compress', compress, ...memory]);
  } finally {
    await rm(output, { force: true });
  }
}

async function fuseGdal(compress: string): Promise<Measured | undefined> {
  const options = ['-co', 'TILED=YES', '-co', 'BIGTIFF=IF_SAFER'];
  if (compress !== 'none') {
    options.push('-co', `COMPRESS=${compress.toUpperCase()}`, '-co', 'PREDICTOR=2');
  }
  try {
    return await measure('gdal_pansharpen.py', ['-q', pair.pan, pair.ms, output, ...options]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  } finally {
    await rm(output, { force: true });
  }
}

const show = (figures: readonly Measured[]) =>
  `${median(figures.map(({ seconds }) => seconds)).toFixed(2)} s, ${Math.round(Math.max(...figures.map(({ peakMb }) => peakMb)))} MB`;

process.stdout.write(`PAN ${side} x ${side}, 4 bands, uint16; medians of ${runs}\n`);
for (const compress of values.compress.split(',')) {
  for (const method of methods) {
    const ours: Measured[] = [];
    const theirs: Measured[] = [];
    for (let run = 0; run < runs; run++) {
      const gdal = await fuseGdal(compress);
      if (gdal) theirs.push(gdal);
      ours.push(await fuseOurs(method, compress));
    }
    const line =
      theirs.length === 0
        ? 'peer missing (gdal_pansharpen.py of python3-gdal)'
        : `GDAL ${show(theirs)}; ratio ${median(ours.map(({ seconds }, i) => seconds / theirs[i].seconds)).toFixed(2)}`;
    process.stdout.write(`${compress} ${method}: ${show(ours)}; ${line}\n`);
  }
}
