import { readFileSync } from 'node:fs';
import { InputError } from '@bandweave/image';
import { expect, test } from 'vitest';
import { encodePng, openRaster, type Pixels, readImage, writePng } from '../../src/index.js';
import { temporaryFolder } from '../temporary.js';

const folder = temporaryFolder();

const pixels = (channels: Pixels['channels'], wide: boolean): Pixels => {
  const values = Array.from({ length: 3 * 2 * channels }, (_, i) => (wide ? 3001 : 11) * (i + 1));
  return {
    width: 3,
    height: 2,
    channels,
    data: wide ? Uint16Array.from(values) : Uint8Array.from(values),
  };
};

test.each([1, 2, 3, 4].flatMap((c) => [false, true].map((wide) => [c, wide] as const)))(
  'a PNG of %i channels (16 bits: %s) reads back band after band',
  async (channels, wide) => {
    const picture = pixels(channels as Pixels['channels'], wide);
    const path = folder.file('a.png');
    await writePng(path, picture);
    const { raster, info } = await readImage(path);
    const bands = Array.from({ length: channels }, (_, band) =>
      Array.from(picture.data).filter((_, i) => i % channels === band),
    );
    expect([...raster.data]).toEqual(bands.flat());
    expect(info).toMatchObject({
      width: 3,
      height: 2,
      bands: channels,
      dataType: wide ? 'uint16' : 'uint8',
    });
  },
);

// Offsets of the IHDR chunk: PNG specification, section 11.2.2.
test('the header of a PNG says size, depth and colour type', async () => {
  const bytes = Buffer.from(await encodePng(pixels(3, true)));
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const { buffer, byteOffset } = bytes;
  const view = new DataView(buffer, byteOffset);
  expect([view.getUint32(16), view.getUint32(20), bytes[24], bytes[25]]).toEqual([3, 2, 16, 2]);
});

test('openRaster reads windows of a picture, its alpha as mask', async () => {
  const path = folder.file('b.png');
  const data = Uint8Array.of(1, 2, 3, 0, 4, 5, 6, 255, 7, 8, 9, 255, 10, 11, 12, 9);
  await writePng(path, { width: 2, height: 2, channels: 4, data });
  const source = await openRaster(`${path},band=2+1`);
  const raster = await source.read({ row: 0, col: 0, height: 2, width: 1 });
  await source.close();
  expect([...raster.data]).toEqual([2, 8, 1, 7]);
  const all = await openRaster(path);
  expect([...((await all.read({ row: 0, col: 0, height: 2, width: 2 })).mask ?? [])]).toEqual([
    0, 1, 1, 1,
  ]);
});

test('a damaged or too large picture, and another format, give one line', async () => {
  const path = folder.file('c.png');
  await writePng(path, pixels(3, false));
  const whole = readFileSync(path);
  const cut = folder.file('cut.png', whole.subarray(0, whole.length - 20));
  for (const attempt of [
    () => readImage(cut),
    () => openRaster(cut),
    () => readImage(path, { maxPixels: 5 }),
    () => readImage(folder.file('missing.png')),
    () => readImage(folder.file('text.png', 'no picture')),
    () =>
      readImage(
        folder.file('a.svg', '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"/>'),
      ),
  ]) {
    const error = await attempt().catch((e: Error) => e);
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(/^[^\n]*expected [^\n]*, got [^\n]*$/);
  }
});

test('data of another size and folders that are not there are refused', async () => {
  await expect(encodePng({ ...pixels(3, false), width: 4 })).rejects.toThrow(RangeError);
  const path = `${folder.path}/none/a.png`;
  await expect(writePng(path, pixels(1, false))).rejects.toThrow(/folder that is not there/);
});
