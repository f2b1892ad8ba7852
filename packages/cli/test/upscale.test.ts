import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRaster, writePicture } from '@bandweave/io';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runMain } from './run-main.js';

let folder: string;
let image: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bandweave-upscale-'));
  image = join(folder, 'in.png');
  const data = Uint8Array.from({ length: 3 * 24 * 20 }, (_, i) => 100 + ((i * 7919) % 41));
  await writePicture(image, { width: 20, height: 24, channels: 3, data });
});
afterAll(() => rmSync(folder, { recursive: true }));

test('upscale writes the picture, its page and what it did as JSON', async () => {
  const output = join(folder, 'out.png');
  const args = [image, '-o', output, '--scale', '3', '--method', 'lanczos', '--report', '--json'];
  const ran = await runMain('upscale', ...args);
  expect({ code: ran.code, err: ran.code === 0 ? '' : ran.err }).toEqual({ code: 0, err: '' });
  const json = JSON.parse(ran.out);
  expect(json).toMatchObject({ method: 'lanczos', scale: 3, width: 60, height: 72, output });
  const source = await openRaster(output);
  expect(source.info).toMatchObject({ width: 60, height: 72, bands: 3, dataType: 'uint8' });
  await source.close();
  expect(readFileSync(json.report, 'utf8')).toContain('What lanczos adds');
});

test.each([
  [['IMAGE'], /expected the option -o/],
  [['IMAGE', '-o', 'x.png', '--scale', '1'], /--scale: expected a whole number from 2 to 16/],
  [['IMAGE', '-o', 'x.gif', '--method', 'bicubic'], /ends in \.tif, \.png or \.jpg/],
  [['missing.png', '-o', 'x.png'], /missing\.png/],
  [['IMAGE', '-o', 'x.png', '--weights', 'IMAGE'], /in\.png: expected/],
])('%j is refused in one line and leaves nothing', async (args, message) => {
  const at = (name: string) => join(folder, name);
  const full = args.map((arg) => (arg === 'IMAGE' ? image : /^x\./.test(arg) ? at(arg) : arg));
  const ran = await runMain('upscale', ...full);
  expect(ran.code).toBe(2);
  expect(ran.err.trimEnd().split('\n')).toHaveLength(1);
  expect(ran.err).toMatch(message);
  expect(existsSync(at('x.png'))).toBe(false);
});
