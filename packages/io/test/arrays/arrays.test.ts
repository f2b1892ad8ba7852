import { readdirSync, readFileSync } from 'node:fs';
import type { RasterInfo, Samples } from '@bandweave/image';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listArrays } from '../../src/arrays/open-arrays.js';
import { createRaster } from '../../src/create.js';
import { openRaster } from '../../src/open.js';
import { temporaryFolder } from '../temporary.js';
import { HDF5, MAT_PACKED, MAT_PLAIN, NPZ } from './written-elsewhere.js';

const folder = temporaryFolder();

async function readAll(spec: string) {
  const source = await openRaster(spec);
  const { height, width } = source.info;
  const raster = await source.read({ row: 0, col: 0, height, width });
  await source.close();
  return { ...raster, info: source.info };
}

/** Value of the other programs' array at a band, row and column. */
const expected = Array.from({ length: 24 }, (_, i) => {
  const [band, row, col] = [Math.floor(i / 12), Math.floor((i % 12) / 4), i % 4];
  return (row * 4 + col) * 2 + band;
});

/** An NPY file by hand: version 1, its header and the bytes of the samples. */
function npy(header: string, samples: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(header);
  const head = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length & 255, text.length >> 8];
  return new Uint8Array([...head, ...text, ...samples]);
}

describe('files of other programs', () => {
  test.each([
    ['plain MAT', 'plain.mat', MAT_PLAIN],
    ['packed MAT', 'packed.mat', MAT_PACKED],
  ])('a %s file gives rows x columns x bands as band planes', async (_, name, data) => {
    const { info, data: samples } = await readAll(folder.file(name, data));
    expect(info).toMatchObject({ bands: 2, height: 3, width: 4, dataType: 'int16' });
    expect([...samples]).toEqual(expected);
  });

  test('an NPZ file with one array needs no name, and takes a layout', async () => {
    const file = folder.file('a.npz', NPZ);
    expect([...(await readAll(file)).data]).toEqual(expected);
    const turned = await readAll(`${file},layout=whc`);
    expect(turned.info).toMatchObject({ bands: 2, height: 4, width: 3 });
  });

  test('an HDF5 file is read by name, window and band', async () => {
    const file = folder.file('a.h5', HDF5);
    const source = await openRaster(`${file},array=ms`);
    const part = await source.read({ row: 1, col: 2, height: 2, width: 2 }, { bands: [1, 0] });
    await source.close();
    expect([...part.data]).toEqual([18, 19, 22, 23, 6, 7, 10, 11]);
    const pan = await readAll(`${file},array=pan`);
    expect(pan.data[11]).toBe(2.75);
  });

  test('a file of several arrays lists them, and links to other files are not followed', async () => {
    const listing = await listArrays(folder.file('b.h5', HDF5));
    expect(listing?.arrays.map(({ name }) => name).sort()).toEqual(['ms', 'pan']);
    expect(listing?.passedOver).toEqual([{ name: 'far', reason: 'a link to elsewhere' }]);
    await expect(openRaster(folder.file('b.h5'))).rejects.toThrow(
      /expected one image, got 2 arrays/,
    );
  });

  test('big-endian NPY in Fortran order comes out in native order', async () => {
    const header = "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }\n";
    const file = folder.file(
      'big.npy',
      npy(header, new Uint8Array([0, 1, 0, 4, 0, 2, 0, 5, 0, 3, 1, 6])),
    );
    const { info, data } = await readAll(file);
    expect(info).toMatchObject({ bands: 1, height: 2, width: 3, dataType: 'int16' });
    expect([...data]).toEqual([1, 2, 3, 4, 5, 262]);
  });
});

describe('refused in one line', () => {
  const cases: [string, Uint8Array, RegExp][] = [
    [
      'header longer than the file',
      npy('x'.repeat(10), new Uint8Array()).subarray(0, 12),
      /header inside/,
    ],
    [
      'shape beyond the file',
      npy("{'descr': '<f8', 'fortran_order': False, 'shape': (99999, 99999), }", new Uint8Array(8)),
      /bytes of samples/,
    ],
    [
      'a pickled object',
      npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", new Uint8Array(8)),
      /numbers of one type/,
    ],
    [
      '64-bit integers',
      npy("{'descr': '<i8', 'fortran_order': False, 'shape': (1, 1), }", new Uint8Array(8)),
      /save it as float32/,
    ],
    ['MAT cut short', MAT_PLAIN.subarray(0, 200), /whole MATLAB file/],
    ['packed MAT cut short', MAT_PACKED.subarray(0, 150), /MATLAB/],
    ['NPZ cut short', NPZ.subarray(0, 120), /whole NPZ file/],
    ['HDF5 cut short', HDF5.subarray(0, 100), /whole HDF5 file/],
  ];
  test.each(cases)('%s', async (name, data, message) => {
    const file = folder.file(`${name.replace(/\W/g, '-')}.bin`, data);
    const error = await readAll(file).catch((caught: Error) => caught);
    expect(error).toMatchObject({ tag: 'input', message: expect.stringMatching(message) });
    expect((error as Error).message).not.toContain('\n');
  });

  test('damaged bytes anywhere are read or refused, never a crash', async () => {
    const kinds = [MAT_PLAIN, MAT_PACKED, NPZ];
    const damaged = fc.record({
      kind: fc.nat(kinds.length - 1),
      at: fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(damaged, async ({ kind, at }) => {
        const bytes = kinds[kind].slice();
        for (const [where, value] of at) if (where < bytes.length) bytes[where] = value;
        const error = await readAll(folder.file('fuzz.bin', bytes)).then(
          () => undefined,
          (caught: Error & { tag?: string }) => caught,
        );
        expect(error === undefined || error.tag === 'input', error?.stack).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('written and read again', () => {
  const info: RasterInfo = {
    bands: 3,
    height: 5,
    width: 7,
    dataType: 'uint16',
    maskKind: 'none',
    bandNames: ['', '', ''],
    colors: ['undefined', 'undefined', 'undefined'],
    blockSize: [1, 7],
    areaOrPoint: 'area',
    metadata: {},
  };
  const value = (band: number, row: number, col: number) => band * 1000 + row * 10 + col;

  test.each(['.npy', '.mat', '.h5', '.hdr', '.tif'])(
    'windows in any order make a %s file',
    async (ending) => {
      const path = folder.file(`out${ending}`);
      const sink = await createRaster(path, info);
      for (const [row, col, height, width] of [
        [3, 4, 2, 3],
        [0, 0, 3, 7],
        [3, 0, 2, 4],
      ]) {
        const data = new Uint16Array(3 * height * width);
        for (let i = 0; i < data.length; i++) {
          const [b, r, c] = [
            Math.floor(i / (height * width)),
            Math.floor(i / width) % height,
            i % width,
          ];
          data[i] = value(b, row + r, col + c);
        }
        await sink.write({ row, col, height, width }, { bands: 3, height, width, data });
      }
      await sink.finish();
      const { data } = await readAll(path);
      const wanted = (data as Samples).map((_, i) =>
        value(Math.floor(i / 35), Math.floor(i / 7) % 5, i % 7),
      );
      expect([...data]).toEqual([...wanted]);
    },
  );

  test.each(['.npy', '.mat', '.h5', '.hdr'])('an aborted %s leaves nothing', async (ending) => {
    const path = folder.file(`gone${ending}`);
    const sink = await createRaster(path, info);
    await sink.abort();
    expect(readdirSync(folder.path).filter((name) => name.includes('gone'))).toEqual([]);
  });

  test('an NPY header is one that NumPy documents: magic, version 1, a multiple of 64', async () => {
    const path = folder.file('head.npy');
    const sink = await createRaster(path, info);
    await sink.finish();
    const bytes = readFileSync(path);
    expect(bytes.length).toBe(128 + 3 * 5 * 7 * 2);
    expect(bytes.toString('latin1', 10, 128)).toBe(
      `${"{'descr': '<u2', 'fortran_order': False, 'shape': (3, 5, 7), }".padEnd(117)}\n`,
    );
  });
});
