/**
 * `npm run bench:classical [-- NAME...] [--runs N]`: seconds of classical methods and indices on a
 * made pair of 1.15 Mpx x 4 bands in memory, beside the seconds that Octave 7.3 took for the same
 * work with the toolboxes' code. Without start-up and file reading; medians after three warm-ups, for
 * the engine compiles a loop anew until it has seen it a few times.
 */

import { parseArgs } from 'node:util';
import { indexRows } from './classical-indices.js';
import { methodRows } from './classical-methods.js';
import { arrayPair } from './classical-pair.js';
import type { ClassicalRow } from './classical-row.js';
import { median } from './measure.js';

const WARM_UPS = 3;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '5' } },
});

const pair = arrayPair();
const rows: readonly ClassicalRow[] = [...methodRows(pair), ...indexRows(pair)];

process.stdout.write('| what | seconds | best | Octave | times faster |\n|---|---|---|---|---|\n');
for (const { name, peerSeconds, run } of rows) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  for (let i = 0; i < WARM_UPS; i++) await run();
  const seconds: number[] = [];
  for (let i = 0; i < Number(values.runs); i++) {
    const started = performance.now();
    await run();
    seconds.push((performance.now() - started) / 1000);
  }
  const middle = median(seconds);
  process.stdout.write(
    `| ${name} | ${middle.toFixed(2)} | ${Math.min(...seconds).toFixed(2)} | ${peerSeconds.toFixed(2)} | ${(peerSeconds / middle).toFixed(1)} |\n`,
  );
}
