import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRaster, writePicture } from '@bandweave/io';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runMain } from './run-main.js';

let folder: string;
let image: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bandweave-verbs-'));
  image = join(folder, 'in.png');
  const data = Uint8Array.from({ length: 3 * 24 * 24 }, (_, i) => 100 + ((i * 7919) % 41));
  await writePicture(image, { width: 24, height: 24, channels: 3, data });
});
afterAll(() => rmSync(folder, { recursive: true }));

async function samples(path: string): Promise<number[]> {
  const source = await openRaster(path);
  const { data } = await source.read({ row: 0, col: 0, height: 24, width: 24 });
  await source.close();
  return Array.from(data);
}

test('denoise prints what it did and writes the picture and its page', async () => {
  const output = join(folder, 'out.png');
  const ran = await runMain('denoise', image, '-o', output, '--sigma', '12', '--report', '--json');
  expect(ran.code).toBe(0);
  const json = JSON.parse(ran.out);
  expect(json).toMatchObject({ method: 'qwsnm', sigma: 12, sigmaFrom: 'given', output });
  expect(existsSync(output)).toBe(true);
  const page = readFileSync(json.report, 'utf8');
  expect(page).toContain('Split view');
  expect(page).toContain('id="divider"');
  expect(page).toContain('What was taken away');
  const [, spread] = /three times ([\d.]+), its standard deviation/.exec(page)!;
  const [before, after] = [await samples(image), await samples(output)];
  const sum = before.reduce((total, value, i) => total + (value - after[i]) ** 2, 0);
  expect(Number(spread)).toBeCloseTo(Math.sqrt(sum / before.length), 1);
  expect(page).not.toContain('Convergence');
});

test('deblur draws its convergence', async () => {
  const output = join(folder, 'sharp.png');
  const args = ['deblur', image, '--kernel', 'disk:1.5', '--sigma', '2', '-o', output, '--report'];
  const ran = await runMain(...args);
  expect(ran.code).toBe(0);
  expect(ran.out).toMatch(/sharp\.png: 24 x 24, 3 bands by qwsnm at sigma 2\.00 \(given\)/);
  expect(readFileSync(join(folder, 'sharp.html'), 'utf8')).toContain('Convergence');
});

test.each([
  [['denoise', 'IMAGE', '-o', 'x.png', '--sigma', '0'], /--sigma: expected a number from 0.01/],
  [['denoise', 'IMAGE'], /expected the option -o/],
  [['deblur', 'IMAGE', '-o', 'x.png'], /expected the option --kernel/],
  [
    ['denoise', 'IMAGE', '-o', 'x.png', '-m', 'wnnm', '--preset', 'fast'],
    /expected the method qws/,
  ],
])('%j is refused in one line', async (args, message) => {
  const ran = await runMain(...args.map((arg) => (arg === 'IMAGE' ? image : arg)));
  expect(ran.code).toBe(2);
  expect(ran.err.trimEnd().split('\n')).toHaveLength(1);
  expect(ran.err).toMatch(message);
});
