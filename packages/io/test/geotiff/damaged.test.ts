import { writeFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { InputError } from '@bandweave/image';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openRaster } from '../../src/index.js';
import { temporaryFolder } from '../temporary.js';
import { baseFields, buildTiff, type Field } from '../tiff-builder.js';

const folder = temporaryFolder();

async function open(path: string) {
  const source = await openRaster(path);
  try {
    const { height, width } = source.info;
    return await source.read({
      row: 0,
      col: 0,
      height: Math.min(height, 256),
      width: Math.min(width, 256),
    });
  } finally {
    await source.close();
  }
}

/** The one line that opening gives; fails where it is none or several. */
async function complaint(path: string): Promise<string> {
  const error = await open(path).catch((e: Error) => e);
  expect(error).toBeInstanceOf(InputError);
  const { message } = error as Error;
  expect(message).not.toMatch(/\n/);
  expect(message).toMatch(/expected .*, got /);
  return message;
}

const tiny = (more: Field[] = [], block = new Uint8Array(16)) =>
  buildTiff([{ fields: baseFields({ width: 4, height: 4, bits: 8 }, more), blocks: [block] }]);

test('what is not there, a folder, an empty file and a text each give one line', async () => {
  expect(await complaint(folder.file('missing.tif'))).toMatch(/missing\.tif: .*nothing there/);
  expect(await complaint(folder.path)).toMatch(/folder/);
  expect(await complaint(folder.file('empty.tif', ''))).toMatch(/empty/);
  expect(await complaint(folder.file('text.tif', 'no image'))).toMatch(/gdal_translate/);
});

test('JPEG 2000 is named, with the way out', async () => {
  const head = Uint8Array.of(0, 0, 0, 12, 0x6a, 0x50, 0x20, 0x20, 13, 10, 0x87, 10);
  expect(await complaint(folder.file('a.jp2', head))).toMatch(/JPEG 2000.*gdal_translate/);
});

test('a file that is cut short is refused on opening', async () => {
  const fields = baseFields({ width: 64, height: 64, bits: 8 });
  const whole = buildTiff([{ fields, blocks: [new Uint8Array(4096)] }]);
  for (const length of [4, 7, 9, 60, 4000, whole.length - 30]) {
    expect(await complaint(folder.file('cut.tif', whole.subarray(0, length)))).toMatch(/cut\.tif/);
  }
});

test.each<[string, Field]>([
  ['an absurd width', { tag: 256, type: 4, values: [4294967295] }],
  ['no height', { tag: 257, type: 4, values: [0] }],
  ['absurd bits', { tag: 258, type: 3, values: [4000] }],
  ['64-bit integers', { tag: 258, type: 3, values: [64] }],
  ['an unknown compression', { tag: 259, type: 3, values: [12345] }],
  ['no bands', { tag: 277, type: 3, values: [0] }],
  ['more bands than blocks', { tag: 284, type: 3, values: [2] }],
  ['an unknown predictor', { tag: 317, type: 3, values: [9] }],
  ['complex numbers', { tag: 339, type: 3, values: [6] }],
])('%s is refused in one line', async (_, field) => {
  const more = field.tag === 284 ? [field, { tag: 277, type: 3, values: [4] }] : [field];
  expect(await complaint(folder.file('odd.tif', tiny(more)))).toMatch(/odd\.tif: expected/);
});

test('a billion pixels declared over sixteen bytes cost nothing', async () => {
  const huge = [
    { tag: 256, type: 4, values: [2000000000] },
    { tag: 257, type: 4, values: [2000000000] },
    { tag: 278, type: 4, values: [2000000000] },
  ];
  await complaint(folder.file('huge.tif', tiny(huge)));
  await complaint(folder.file('huge.tif', tiny([...huge, { tag: 259, type: 3, values: [8] }])));
});

test('directories that lead in circles are refused', async () => {
  const bytes = tiny();
  const view = new DataView(bytes.buffer);
  const first = view.getUint32(4, true);
  view.setUint32(first + 2 + 12 * view.getUint16(first, true), first, true);
  expect(await complaint(folder.file('loop.tif', bytes))).toMatch(/without end/);
});

test('a compressed block that is damaged or unfolds without end is refused', async () => {
  const deflate: Field = { tag: 259, type: 3, values: [8] };
  const bomb = new Uint8Array(deflateSync(new Uint8Array(1 << 20)));
  expect(await complaint(folder.file('bomb.tif', tiny([deflate], bomb)))).toMatch(/do not decode/);
  const cut = new Uint8Array(deflateSync(new Uint8Array(16))).subarray(0, 8);
  expect(await complaint(folder.file('cut.tif', tiny([deflate], cut)))).toMatch(/block 0/);
  for (const compression of [5, 7, 32773, 34887, 50000, 50001]) {
    const field = { tag: 259, type: 3, values: [compression] };
    await complaint(folder.file('noise.tif', tiny([field], Uint8Array.of(255, 0, 255, 3, 9))));
  }
});

test('a ZSTD frame of unknown size whose block is noise, or is larger than stated, is refused', async () => {
  const zstd: Field = { tag: 259, type: 3, values: [50000] };
  const open = [0x28, 0xb5, 0x2f, 0xfd, 0, 0x58];
  const noise = Uint8Array.from([...open, (6 << 3) | 5, 0, 0, 251, 3, 77, 200, 9, 1]);
  expect(await complaint(folder.file('noise.tif', tiny([zstd], noise)))).toMatch(/block 0/);
  // One block of 128 KiB of the same byte, for a strip of 16 bytes.
  const bomb = Uint8Array.from([...open, 3, 0, 0x10, 7]);
  expect(await complaint(folder.file('bomb.tif', tiny([zstd], bomb)))).toMatch(/block 0/);
});

test('bands that do not exist and windows outside are refused', async () => {
  const path = folder.file('good.tif', tiny());
  for (const spec of [',band=2', ',band=0', ',band=x', ',band=', ',band=1+9']) {
    expect(await complaint(path + spec)).toMatch(/band/);
  }
  const source = await openRaster(path);
  for (const window of [
    { row: 0, col: 0, height: 5, width: 1 },
    { row: -1, col: 0, height: 1, width: 1 },
    { row: 0, col: 0.5, height: 1, width: 1 },
    { row: 0, col: 0, height: 0, width: 1 },
  ]) {
    await expect(source.read(window)).rejects.toThrow(InputError);
  }
  await source.close();
});

/** Small files of several codings, to be changed at random. */
const seeds = (() => {
  const plain = Uint8Array.from({ length: 64 }, (_, i) => (i * 37) & 255);
  const geo = [
    { tag: 33550, type: 12, values: [2, 2, 0] },
    { tag: 33922, type: 12, values: [0, 0, 0, 5, 8, 0] },
    { tag: 34735, type: 3, values: [1, 1, 0, 1, 3072, 0, 1, 32633] },
    { tag: 42112, type: 2, values: '<GDALMetadata><Item name="A">b</Item></GDALMetadata>' },
    { tag: 42113, type: 2, values: '0' },
  ];
  const image = (compression: number, block: Uint8Array, more: Field[] = []) => ({
    fields: baseFields({ width: 8, height: 8, bits: 8 }, [
      { tag: 259, type: 3, values: [compression] },
      ...geo,
      ...more,
    ]),
    blocks: [block],
  });
  const deflated = new Uint8Array(deflateSync(plain));
  return [
    buildTiff([image(1, plain)]),
    buildTiff([image(8, deflated, [{ tag: 317, type: 3, values: [2] }])], { bigEndian: true }),
    buildTiff([image(5, plain)], { bigTiff: true }),
    buildTiff([image(32773, plain), image(1, plain, [{ tag: 254, type: 4, values: [4] }])]),
    buildTiff([image(50000, plain)]),
  ];
})();

test('a file with any bytes changed reads or is refused in one line', async () => {
  const path = folder.file('fuzzed.tif');
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
        minLength: 1,
        maxLength: 6,
      }),
      fc.option(fc.nat()),
      async (seed, changes, cut) => {
        const bytes = seed.slice();
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        writeFileSync(path, cut === null ? bytes : bytes.subarray(0, 8 + (cut % bytes.length)));
        const before = process.memoryUsage();
        try {
          await open(path);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          expect((error as Error).message).not.toContain('\n');
        }
        const after = process.memoryUsage();
        expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(64 << 20);
      },
    ),
    { numRuns: 500, seed: 20 },
  );
});
