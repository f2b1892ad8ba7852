import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { InputError, type RasterInfo } from '@bandweave/image';
import { expect, test } from 'vitest';
import { createGeoTiff, openRaster, resumeGeoTiff } from '../../src/index.js';
import { temporaryFolder } from '../temporary.js';

const folder = temporaryFolder();
const info: RasterInfo = {
  width: 64,
  height: 96,
  bands: 2,
  dataType: 'uint16',
  nodata: 0,
  maskKind: 'nodata',
  bandNames: ['', ''],
  colors: ['gray', 'undefined'],
  blockSize: [32, 32],
  areaOrPoint: 'area',
  metadata: {},
};
const options = { tile: 32, compression: 'deflate', keepOnAbort: true } as const;
const bandOfRows = (row: number) => ({ row, col: 0, height: 24, width: 64 });
const rows = (row: number) => ({
  bands: 2,
  height: 24,
  width: 64,
  data: Uint16Array.from({ length: 2 * 24 * 64 }, (_, i) => 1 + ((row * 64 + i) % 60000)),
});

async function begin(path: string, until: number) {
  const sink = await createGeoTiff(path, info, options);
  for (let row = 0; row < until; row += 24) await sink.write(bandOfRows(row), rows(row));
  await sink.abort();
}

test('an unfinished file goes on and ends with the same pixels', async () => {
  const straight = folder.file('straight.tif');
  const sink = await createGeoTiff(straight, info, options);
  for (let row = 0; row < 96; row += 24) await sink.write(bandOfRows(row), rows(row));
  await sink.finish();

  const path = folder.file('resumed.tif');
  await begin(path, 48);
  expect(existsSync(path)).toBe(false);
  const again = await resumeGeoTiff(path, info, options);
  // Rows 0 to 31 make whole tiles; rows 32 to 47 were waiting for the rest of theirs.
  const there = [0, 24, 48, 72].map((row) => again.hasWindow(bandOfRows(row)));
  expect(there).toEqual([true, false, false, false]);
  for (const row of [24, 48, 72]) await again.write(bandOfRows(row), rows(row));
  await again.finish();

  const whole = { row: 0, col: 0, height: 96, width: 64 };
  const read = async (name: string) => {
    const source = await openRaster(name);
    const { data } = await source.read(whole);
    await source.close();
    return data;
  };
  expect(await read(path)).toEqual(await read(straight));
  expect(existsSync(`${path}.partial`)).toBe(false);
  expect(existsSync(`${path}.partial.jsonl`)).toBe(false);
});

test('a journal cut in the middle of a line gives the blocks before it', async () => {
  const path = folder.file('killed.tif');
  await begin(path, 72);
  const journal = `${path}.partial.jsonl`;
  const text = readFileSync(journal, 'utf8');
  writeFileSync(journal, text.slice(0, text.length - 4));
  const sink = await resumeGeoTiff(path, info, options);
  const tiles = [0, 1, 2].flatMap((row) => [0, 1].map((col) => sink.hasTile(row, col)));
  expect(tiles.filter(Boolean)).toHaveLength(3);
  await sink.abort();
});

test('without an earlier run a file is begun', async () => {
  const sink = await resumeGeoTiff(folder.file('fresh.tif'), info, options);
  expect(sink.hasTile(0, 0)).toBe(false);
  await sink.abort();
});

test('another raster, other options or another text in the journal are refused', async () => {
  const path = folder.file('other.tif');
  await begin(path, 24);
  const refused = async (other: RasterInfo, more: object, message: RegExp) => {
    const error = await resumeGeoTiff(path, other, { ...options, ...more }).catch((e: Error) => e);
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(message);
  };
  await refused({ ...info, height: 97 }, {}, /height 97, got 96/);
  await refused({ ...info, nodata: 3 }, {}, /nodata/);
  await refused(info, { compression: 'lzw' }, /compression "lzw", got "deflate"/);
  writeFileSync(`${path}.partial.jsonl`, 'something else\n');
  await refused(info, {}, /journal of an unfinished file/);
});
