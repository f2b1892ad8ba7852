/** The example scripts run as they stand, on small made files. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makePair } from './made-pair.js';

const run = promisify(execFile);

let folder: string;
let pair: { pan: string; ms: string };
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bandweave-examples-'));
  pair = await makePair(folder, { side: 192 });
});
afterAll(() => rmSync(folder, { recursive: true }));

test('fuse-pair.mjs writes the fused image and prints how good it is', async () => {
  const output = join(folder, 'sharp.tif');
  const { stdout } = await run(process.execPath, [
    'examples/fuse-pair.mjs',
    pair.pan,
    pair.ms,
    output,
    'gsa',
  ]);
  expect(stdout).toMatch(/sharp\.tif: 192 x 192, 4 bands, \d+\.\d s\nHQNR [01]\.\d{4} /);
  expect(existsSync(output)).toBe(true);
});

test('assess.mjs ranks every method against the original MS, best first', async () => {
  const target = join(folder, 'reduced');
  const { stdout } = await run(process.execPath, [
    'examples/assess.mjs',
    pair.pan,
    pair.ms,
    target,
  ]);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.length).toBeGreaterThanOrEqual(5);
  const scores = lines.map((line) => Number(/Q2n (-?[\d.]+)/.exec(line)?.[1]));
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
});

test('an example without arguments says how it is called', async () => {
  await expect(run(process.execPath, ['examples/fuse-pair.mjs'])).rejects.toMatchObject({
    code: 2,
    stderr: /usage: /,
  });
});
