/**
 * `npm run bench:leaderboard -- --entry LABEL=METHOD:WEIGHTS [--entry ...] [--scenes REGEXP]
 * [--folder DIR]`: learned methods on every real pair below BANDWEAVE_SHARED by the protocol of
 * `bench:quality`, beside the best figure of all classical methods, read from its tables in
 * docs/results.md. One row a scene and entry.
 */

import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compare } from '@bandweave/pipeline';
import { bestFigures } from './best-figures.js';
import { realPairs } from './scenes.js';

/** Side of the middle that is fused at full resolution, in PAN pixels, as in `bench:quality`. */
const CROP = 256;

const { values } = parseArgs({
  options: {
    entry: { type: 'string', multiple: true, default: [] },
    scenes: { type: 'string', default: '' },
    folder: { type: 'string', default: join(tmpdir(), 'bandweave-leaderboard') },
    threads: { type: 'string', default: '2' },
  },
});
const entries = values.entry.map((text) => {
  const [, label, method, file] = /^([^=]+)=([^:]+):(.+)$/.exec(text) ?? [];
  if (label && method && file) return { label, method, file };
  throw new Error(`--entry: expected LABEL=METHOD:WEIGHTS, got ${text}.`);
});

const best = bestFigures(readFileSync(new URL('../../docs/results.md', import.meta.url), 'utf8'));
const number = (value: number | undefined, digits: number) => value?.toFixed(digits) ?? '-';
process.stdout.write('| scene | method | Q2n | SAM | ERGAS | HQNR at full resolution |\n');
process.stdout.write('|---|---|---|---|---|---|\n');
for (const { name, pan, ms, sensor } of realPairs()) {
  if (!new RegExp(values.scenes).test(name)) continue;
  const known = best.get(name);
  if (known) {
    const cell = (key: string, digits: number) => {
      const found = known.get(key);
      return found ? `${found.value.toFixed(digits)} ${found.method}` : '-';
    };
    process.stdout.write(
      `| ${name} | best classical of each | ${cell('q2n', 4)} | ${cell('sam', 3)} | ${cell('ergas', 3)} | ${cell('hqnr', 4)} |\n`,
    );
  }
  for (const { label, method, file } of entries) {
    const result = await compare([{ pan, ms: [ms] }], {
      folder: join(values.folder, label.replace(/\W+/g, '-'), name.replace(/\W+/g, '-')),
      threads: Number(values.threads),
      methods: [method],
      weights: { [method]: file },
      resolutions: ['reduced'],
      ...(sensor ? { sensor } : {}),
    });
    const full = await compare([{ pan, ms: [ms] }], {
      folder: join(
        values.folder,
        label.replace(/\W+/g, '-'),
        `${name.replace(/\W+/g, '-')}-middle`,
      ),
      threads: Number(values.threads),
      methods: [method],
      weights: { [method]: file },
      resolutions: ['full'],
      crop: CROP,
      ...(sensor ? { sensor } : {}),
    });
    const { q2n, sam, ergas } = result.scenes[0]?.scores[0]?.indices ?? {};
    const { hqnr } = full.scenes[0]?.scores[0]?.indices ?? {};
    process.stdout.write(
      `| ${name} | ${label} | ${number(q2n, 4)} | ${number(sam, 3)} | ${number(ergas, 3)} | ${number(hqnr, 4)} |\n`,
    );
  }
}
