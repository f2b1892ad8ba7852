/**
 * `npm run bench:orfeo [-- --runs N]`: whole-process wall time and memory of `bandweave fuse`
 * against Orfeo's BundleToPerfectSensor on a made pair of 16.8 Mpx x 4 bands, runs in turn.
 */

import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { madePair } from './made-pair.js';
import { type Measured, measure, median } from './measure.js';

const COMMAND = new URL('../../packages/bandweave/bin/bandweave.js', import.meta.url).pathname;
/** Where Orfeo is not installed: its seconds on two cores. */
const KNOWN_SECONDS: Readonly<Record<string, number>> = { rcs: 6.7, lmvm: 29 };

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    side: { type: 'string', default: '4096' },
    methods: { type: 'string', default: 'rcs,lmvm' },
    folder: { type: 'string', default: join(tmpdir(), 'bandweave-bench') },
  },
});

const pair = await madePair(values.folder, Number(values.side));
const output = join(values.folder, 'out.tif');

async function run(command: string, args: readonly string[]): Promise<Measured | undefined> {
  try {
    return await measure(command, args);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  } finally {
    await rm(output, { force: true });
  }
}

const show = (figures: readonly Measured[]) =>
  `${median(figures.map(({ seconds }) => seconds)).toFixed(2)} s, ${Math.round(Math.max(...figures.map(({ peakMb }) => peakMb)))} MB`;

process.stdout.write(`PAN ${values.side} x ${values.side}, 4 bands, uint16\n`);
for (const method of values.methods.split(',')) {
  const ours: Measured[] = [];
  const theirs: Measured[] = [];
  for (let i = 0; i < Number(values.runs); i++) {
    const peer = await run('otbcli_BundleToPerfectSensor', [
      ...['-inp', pair.pan, '-inxs', pair.ms, '-method', method],
      ...['-out', output, 'uint16'],
    ]);
    if (peer) theirs.push(peer);
    const own = await run(process.execPath, [
      ...[COMMAND, 'fuse', pair.pan, pair.ms, '-o', output],
      ...['--method', method, '--resampling', 'cubic', '--quiet'],
    ]);
    if (own) ours.push(own);
  }
  const peer =
    theirs.length > 0 ? show(theirs) : `${KNOWN_SECONDS[method] ?? '?'} s (known; not installed)`;
  process.stdout.write(`${method}: ${show(ours)}; Orfeo ${peer}\n`);
}
