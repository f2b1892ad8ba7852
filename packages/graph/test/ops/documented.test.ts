import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as ops from '../../src/ops/index.js';

test('every operator stands in docs/operators.md, and nothing else does', () => {
  const page = readFileSync(new URL('../../../../docs/operators.md', import.meta.url), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const listed = rows.flatMap((row) =>
    [...row.split(' | ')[0].matchAll(/`(\w+)`/g)].map((match) => match[1]),
  );
  expect([...new Set(listed)].sort()).toEqual(Object.keys(ops).sort());
});
