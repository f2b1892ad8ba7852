import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import {
  allocate,
  type DataType,
  InputError,
  type Raster,
  type RasterInfo,
} from '@bandweave/image';
import fc from 'fast-check';
import { fromFile } from 'geotiff';
import { expect, test } from 'vitest';
import {
  createGeoTiff,
  encodeTile,
  type GeoTiffWriteOptions,
  openRaster,
} from '../../src/index.js';
import { temporaryFolder } from '../temporary.js';

const folder = temporaryFolder();

function makeInfo(facts: Partial<RasterInfo> & { width: number; height: number }): RasterInfo {
  const bands = facts.bands ?? 1;
  return {
    bands,
    dataType: 'uint16',
    maskKind: facts.nodata === undefined ? 'none' : 'nodata',
    bandNames: new Array(bands).fill(''),
    colors: Array.from({ length: bands }, (_, band) => (band === 0 ? 'gray' : 'undefined')),
    blockSize: [256, 256],
    areaOrPoint: 'area',
    metadata: {},
    ...facts,
  };
}

function makeRaster({ bands, height, width, dataType }: RasterInfo): Raster {
  const data = allocate(dataType, bands * height * width);
  for (let i = 0; i < data.length; i++) data[i] = ((i * 2654435761) >>> 20) % 97;
  return { bands, height, width, data };
}

function cut(
  raster: Raster,
  window: { row: number; col: number; height: number; width: number },
): Raster {
  const { bands } = raster;
  const { row, col, height, width } = window;
  const data = raster.data.slice(0, bands * height * width);
  for (let b = 0, at = 0; b < bands; b++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        data[at++] = raster.data[(b * raster.height + row + y) * raster.width + col + x];
      }
    }
  }
  return { bands, height, width, data };
}

async function writeWhole(path: string, info: RasterInfo, options: GeoTiffWriteOptions = {}) {
  const raster = makeRaster(info);
  const sink = await createGeoTiff(path, info, options);
  await sink.write({ row: 0, col: 0, height: info.height, width: info.width }, raster);
  await sink.finish();
  return raster;
}

const TYPES: DataType[] = [
  'uint8',
  'int8',
  'uint16',
  'int16',
  'uint32',
  'int32',
  'float32',
  'float64',
];
const CODINGS: GeoTiffWriteOptions[] = [
  { compression: 'none' },
  { compression: 'deflate' },
  { compression: 'lzw' },
  { compression: 'lzw', predictor: 1, interleave: 'band', bigTiff: 'yes' },
  { compression: 'deflate', interleave: 'band', cog: true },
];

test.each(TYPES.flatMap((type) => CODINGS.map((coding) => [type, coding] as const)))(
  'geotiff.js reads %s back as written with %j',
  async (dataType, coding) => {
    const path = folder.file('typed.tif');
    const raster = await writeWhole(path, makeInfo({ width: 45, height: 37, bands: 3, dataType }), {
      tile: 32,
      ...coding,
    });
    const tiff = await fromFile(path);
    const bands = await (await tiff.getImage()).readRasters();
    await tiff.close();
    expect(
      Array.from(bands as never as ArrayLike<number>[], (band) => [...Array.from(band)]).flat(),
    ).toEqual([...raster.data]);
  },
);

test('windows in any order and of any shape give the same pixels', async () => {
  const info = makeInfo({ width: 50, height: 41, bands: 2 });
  const raster = makeRaster(info);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 41 }),
      fc.infiniteStream(fc.nat()),
      async (width, height, random) => {
        const windows = [];
        for (let row = 0; row < 41; row += height) {
          for (let col = 0; col < 50; col += width) {
            windows.push({
              row,
              col,
              height: Math.min(height, 41 - row),
              width: Math.min(width, 50 - col),
            });
          }
        }
        const keyed = windows.map((window) => ({ window, key: random.next().value }));
        keyed.sort((a, b) => a.key - b.key);
        const path = folder.file('order.tif');
        const sink = await createGeoTiff(path, info, { tile: 16, compression: 'deflate' });
        for (const { window } of keyed) await sink.write(window, cut(raster, window));
        await sink.finish();
        const source = await openRaster(path);
        const { data } = await source.read({ row: 0, col: 0, height: 41, width: 50 });
        await source.close();
        expect(data).toEqual(raster.data);
      },
    ),
    { numRuns: 20, seed: 5 },
  );
});

test('what nobody wrote reads as nodata, and the mask says so', async () => {
  const info = makeInfo({ width: 40, height: 40, nodata: 7 });
  const path = folder.file('partly.tif');
  const sink = await createGeoTiff(path, info, { tile: 16, compression: 'lzw' });
  const window = { row: 3, col: 5, height: 2, width: 2 };
  await sink.write(window, { bands: 1, height: 2, width: 2, data: Uint16Array.of(1, 2, 3, 4) });
  await sink.finish();
  const source = await openRaster(path);
  const { data, mask } = await source.read({ row: 0, col: 0, height: 40, width: 40 });
  await source.close();
  expect([data[3 * 40 + 5], data[4 * 40 + 6], data[0], data[1599]]).toEqual([1, 4, 7, 7]);
  expect(mask?.reduce((sum, value) => sum + value, 0)).toBe(4);
});

test('everything known of a raster comes back', async () => {
  const facts: Partial<RasterInfo>[] = [
    { transform: [0.5, 0.1, 732154, 0.12, -0.5, 3841173.7] },
    { transform: [2, 0, 100, 0, -2, 200], areaOrPoint: 'point' },
    {
      gcps: [
        [0, 0, 10, 20, 0],
        [9, 0, 19, 20, 1],
        [0, 9, 10, 11, 2],
      ],
    },
    {
      rpc: Array.from({ length: 92 }, (_, i) => i / 7),
      metadata: { A: '<b> & "c"', TIFFTAG_SOFTWARE: 'x' },
    },
    { bandNames: ['red edge', 'ni\u00f1o'], scales: [0.5, 1], offsets: [0, -3], units: ['m', ''] },
    { colors: ['green', 'alpha'], maskKind: 'alpha' },
    { nodata: Number.NaN, dataType: 'float32', maskKind: 'nodata' },
    { nodata: -3.4028234663852886e38, dataType: 'float32', maskKind: 'nodata' },
  ];
  for (const some of facts) {
    const info = makeInfo({ width: 9, height: 9, bands: 2, ...some });
    const path = folder.file('facts.tif');
    await writeWhole(path, info, { tile: 16 });
    const source = await openRaster(path);
    await source.close();
    expect(source.info).toEqual({ ...info, blockSize: [16, 16] });
  }
});

test('an internal mask and a colour table come back', async () => {
  const path = folder.file('mask.tif');
  const info = makeInfo({ width: 20, height: 20, maskKind: 'mask' });
  const sink = await createGeoTiff(path, info, { tile: 16 });
  const mask = Uint8Array.from({ length: 400 }, (_, i) => (i % 3 === 0 ? 0 : 1));
  await sink.write({ row: 0, col: 0, height: 20, width: 20 }, { ...makeRaster(info), mask });
  await sink.finish();
  const source = await openRaster(path);
  expect((await source.read({ row: 0, col: 0, height: 20, width: 20 })).mask).toEqual(mask);
  await source.close();
  const palette = Array.from({ length: 768 }, (_, i) => i * 85);
  const indexed = makeInfo({
    width: 4,
    height: 4,
    dataType: 'uint8',
    colors: ['palette'],
    palette,
  });
  await writeWhole(path, indexed, { cog: true });
  const again = await openRaster(path);
  await again.close();
  expect(again.info).toMatchObject({ colors: ['palette'], palette });
});

test('overviews hold the mean of what is there', async () => {
  const info = makeInfo({ width: 32, height: 32, nodata: 0 });
  const data = new Uint16Array(1024);
  data.set([10, 20, 0, 5], 0);
  data.set([30, 41, 0, 0], 32);
  const path = folder.file('overviews.tif');
  const sink = await createGeoTiff(path, info, { tile: 16, overviews: 'average' });
  await sink.write(
    { row: 0, col: 0, height: 32, width: 32 },
    { bands: 1, height: 32, width: 32, data },
  );
  await sink.finish();
  const source = await openRaster(path, { overview: 0 });
  const small = await source.read({ row: 0, col: 0, height: 1, width: 3 });
  expect(source.details?.overviews).toEqual([[16, 16]]);
  // 101 / 4 rounds to 25; three of four absent leave the 5; none leaves nodata.
  expect([...small.data]).toEqual([25, 5, 0]);
  await source.close();
});

test('a cloud optimised file has its directories in front and its full size last', async () => {
  const path = folder.file('cog.tif');
  await writeWhole(path, makeInfo({ width: 70, height: 50, bands: 3 }), {
    tile: 16,
    compression: 'deflate',
    cog: true,
  });
  const bytes = readFileSync(path);
  const head = bytes.subarray(8, 300).toString('latin1');
  expect(head).toMatch(/^GDAL_STRUCTURAL_METADATA_SIZE=000140 bytes\nLAYOUT=IFDS_BEFORE_DATA\n/);
  const tiff = await fromFile(path);
  const firsts: number[] = [];
  for (let i = 0; i < (await tiff.getImageCount()); i++) {
    const image = await tiff.getImage(i);
    const offsets = [...((await image.fileDirectory.loadValue('TileOffsets')) as Iterable<number>)];
    const counts = [
      ...((await image.fileDirectory.loadValue('TileByteCounts')) as Iterable<number>),
    ];
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
    offsets.forEach((offset, k) => {
      expect(bytes.readUInt32LE(offset - 4)).toBe(counts[k]);
    });
    firsts.push(offsets[0]);
  }
  await tiff.close();
  expect(firsts).toHaveLength(4);
  expect(firsts).toEqual([...firsts].sort((a, b) => b - a));
});

test('tiles that workers encode make the same file', async () => {
  const info = makeInfo({ width: 40, height: 20, bands: 2 });
  const raster = makeRaster(info);
  const whole = { row: 0, col: 0, height: 20, width: 40 };
  const path = folder.file('encoded.tif');
  const sink = await createGeoTiff(path, info, { tile: 16, compression: 'deflate' });
  for (let row = 0; row < 2; row++) {
    for (let col = 0; col < 3; col++) {
      const bytes = encodeTile(raster, whole, { info, coded: sink.coded, row, col });
      await sink.writeEncodedBlock(row, col, 'all', bytes);
    }
  }
  await sink.finish();
  const source = await openRaster(path);
  expect((await source.read(whole)).data).toEqual(raster.data);
  await source.close();
});

test('nothing has the final name before the end, and nothing is left after abort', async () => {
  const { path: inside } = temporaryFolder();
  const path = `${inside}/out.tif`;
  const info = makeInfo({ width: 20, height: 20 });
  const sink = await createGeoTiff(path, info);
  await sink.write({ row: 0, col: 0, height: 20, width: 20 }, makeRaster(info));
  expect(readdirSync(inside)).not.toContain('out.tif');
  await sink.abort();
  expect(readdirSync(inside)).toEqual([]);
  await writeWhole(path, info, { cog: true, keepOnAbort: true });
  expect(readdirSync(inside)).toEqual(['out.tif']);
});

test('places and options that do not work are refused in one line', async () => {
  const info = makeInfo({ width: 20, height: 20 });
  const cases: [string, GeoTiffWriteOptions, RegExp][] = [
    [`${folder.path}/none/out.tif`, {}, /folder that is not there/],
    [folder.path, {}, /got a folder/],
    [folder.file('a.tif'), { tile: 100 }, /tile a multiple of 16/],
    [folder.file('a.tif'), { predictor: 3 }, /predictor 1 or 2 for uint16/],
    [folder.file('a.tif'), { compression: 'deflate', level: 12 }, /level 1 to 9/],
  ];
  if (!('zstdCompress' in (await import('node:zlib')))) {
    cases.push([folder.file('a.tif'), { compression: 'zstd' }, /ZSTD .* use deflate/]);
  }
  for (const [path, options, message] of cases) {
    const error = await createGeoTiff(path, info, options).catch((e: Error) => e);
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain('\n');
  }
  const sink = await createGeoTiff(folder.file('b.tif'), info);
  const window = { row: 0, col: 0, height: 2, width: 2 };
  const wrong = { bands: 1, height: 2, width: 2, data: new Float32Array(4) };
  await expect(sink.write(window, wrong)).rejects.toThrow(/expected a raster uint16 \[1,2,2\]/);
  await expect(sink.write({ ...window, row: 19 }, wrong)).rejects.toThrow(/window inside/);
  await sink.abort();
});

const gdal = spawnSync('gdalinfo', ['--version']).status === 0;

test.skipIf(!gdal)('GDAL sees size, system, place, nodata, names and pixels', async () => {
  const path = folder.file('gdal.tif');
  const info = makeInfo({
    width: 300,
    height: 200,
    bands: 4,
    nodata: 5,
    transform: [2, 0, 500000, 0, -2, 4000000],
    crs: { epsg: 32633, name: 'UTM 33N' },
    bandNames: ['blue', 'green', 'red', 'nir'],
  });
  const raster = await writeWhole(path, info, {
    compression: 'lzw',
    tile: 64,
    overviews: 'nearest',
  });
  const report = JSON.parse(
    spawnSync('gdalinfo', ['-json', '-stats', '-nomd', path], { encoding: 'utf8' }).stdout,
  );
  expect(report.size).toEqual([300, 200]);
  expect(report.geoTransform).toEqual([500000, 2, 0, 4000000, 0, -2]);
  expect(report.coordinateSystem.wkt).toContain('32633');
  expect(report.bands.map((band: { description: string }) => band.description)).toEqual(
    info.bandNames,
  );
  const values = [...raster.data.subarray(0, 60000)].filter((value) => value !== 5);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(report.bands[0]).toMatchObject({ noDataValue: 5, block: [64, 64], type: 'UInt16' });
  expect(report.bands[0].mean).toBeCloseTo(mean, 2);
  expect(report.bands[0].overviews).toHaveLength(3);
});
