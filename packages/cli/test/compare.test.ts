/** The verb `compare` on a small made pair, as a user runs it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makePair } from './made-pair.js';
import { runMain } from './run-main.js';

let folder: string;
let pair: { pan: string; ms: string };
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bandweave-compare-'));
  pair = await makePair(folder, { side: 128 });
});
afterAll(() => rmSync(folder, { recursive: true }));

const compare = (...args: string[]) => runMain('compare', pair.pan, pair.ms, '-q', ...args);

test('prints a table of both resolutions and leaves nothing behind', async () => {
  const before = readdirSync(folder);
  const { code, out, err } = await compare('-m', 'exp,gsa');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain("Reduced resolution (Wald's protocol)");
  expect(out).toContain('Full resolution');
  expect(out).toMatch(/\| gsa \| \*\*/);
  expect(readdirSync(folder)).toEqual(before);
});

test('-o keeps images, tables and a page a scene, and goes on where it stopped', async () => {
  const out = join(folder, 'kept');
  const args = ['-o', out, '--resolution', 'reduced'];
  expect((await compare('-m', 'exp', ...args)).code).toBe(0);
  const second = await compare('-m', 'exp,gsa', ...args, '--json');
  const result = JSON.parse(second.out);
  expect(result.resumed).toBe(1);
  expect(result.tables[0].rows.map((row: { method: string }) => row.method)).toEqual([
    'exp',
    'gsa',
  ]);
  const files = readdirSync(out);
  for (const name of ['table.md', 'table.tex', 'table.csv', 'table.json']) {
    expect(files).toContain(name);
  }
  expect(result.reports).toHaveLength(1);
  const page = readFileSync(result.reports[0], 'utf8');
  for (const word of ['Ranking', 'Mean place', 'Differences', 'gsa']) expect(page).toContain(word);
});

test('LaTeX and CSV come by name', async () => {
  const args = ['-m', 'exp', '--resolution', 'reduced', '--format'];
  expect((await compare(...args, 'latex')).out).toContain('\\toprule');
  expect((await compare(...args, 'csv')).out).toMatch(/^resolution,scenes,method,q2n,q2n_sd/);
});

test.each([
  [['-m', 'nope'], /--method: expected one of .*got 'nope'/],
  [['-m', 'fusionmamba'], /add --weights fusionmamba=FILE/],
  [['-m', 'exp,,gsa'], /--methods: expected names with commas/],
  [['--weights', 'fusionnet'], /--weights: expected NAME=FILE/],
  [['--pairs', 'third.tif'], /expected PAN MS PAN MS \.\.\., got 3 files|expected one of|third/],
  [['--resolution', 'half'], /--resolution: expected one of reduced, full, both/],
  [['--json', '--format', 'csv'], /--format: expected json with --json/],
])('compare %s is one line and exit code 2', async (args, message) => {
  const { code, out, err } = await compare(...args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err.trim().split('\n')).toHaveLength(1);
  expect(err).toMatch(message);
});
