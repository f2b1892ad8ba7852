/**
 * `npm run bench:quality [-- --folder DIR] [--scenes REGEXP] [--methods LIST] [--write]`: `compare` of all classical methods on every
 * real pair below BANDWEAVE_SHARED, reduced resolution on the whole scene and full resolution on its
 * middle. Scenes of one folder are averaged. `--write` puts the tables into docs/results.md, between
 * its marks. With a folder a stopped run goes on.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  type CompareOptions,
  type CompareResult,
  compare,
  compareTables,
  formatTables,
} from '@bandweave/pipeline';
import { type RealPair, realPairs } from './scenes.js';

/** Side of the middle that is fused at full resolution, in PAN pixels. */
const CROP = 256;
const RESULTS = new URL('../../docs/results.md', import.meta.url);
const MARKS = ['<!-- quality: begin -->', '<!-- quality: end -->'] as const;

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: join(tmpdir(), 'bandweave-quality') },
    methods: { type: 'string' },
    scenes: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
  },
});

const groups = new Map<string, RealPair[]>();
for (const pair of realPairs()) {
  const group = pair.name.split('/')[0];
  groups.set(group, [...(groups.get(group) ?? []), pair]);
}

const parts: string[] = [];
for (const [name, pairs] of groups) {
  if (!new RegExp(values.scenes).test(name)) continue;
  const files = pairs.map(({ pan, ms }) => ({ pan, ms: [ms] }));
  const options: CompareOptions & { folder: string } = {
    folder: join(values.folder, name),
    threads: 2,
    ...(pairs[0].sensor ? { sensor: pairs[0].sensor } : {}),
    ...(values.methods ? { methods: values.methods.split(',') } : {}),
    onMessage: () => {},
    onProgress: ({ done, total }) => process.stderr.write(`\r${name}: ${done} of ${total}   `),
  };
  const reduced = await compare<CompareResult>(files, { ...options, resolutions: ['reduced'] });
  const full = await compare<CompareResult>(files, {
    ...options,
    resolutions: ['full'],
    crop: CROP,
    folder: join(values.folder, `${name}-middle`),
  });
  const tables = [...compareTables(reduced), ...compareTables(full)];
  const failures = [...reduced.scenes, ...full.scenes].flatMap((scene) => scene.failures);
  const without = [...new Set(failures.map(({ method }) => method))];
  const note = without.length > 0 ? `\n\nNot possible here: ${without.join(', ')}.` : '';
  parts.push(`### ${name}\n\n${formatTables(tables, 'markdown')}${note}`);
  process.stderr.write('\n');
}

const text = parts.join('\n\n');
if (values.write) {
  const page = readFileSync(RESULTS, 'utf8');
  const [begin, end] = MARKS.map((mark) => page.indexOf(mark));
  if (begin < 0 || end < begin) throw new Error(`docs/results.md: expected ${MARKS.join(' and ')}`);
  const before = page.slice(0, begin + MARKS[0].length);
  writeFileSync(RESULTS, `${before}\n\n${text}\n\n${page.slice(end)}`);
} else {
  process.stdout.write(`${text}\n`);
}
