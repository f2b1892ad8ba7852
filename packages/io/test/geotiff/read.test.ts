import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { openRaster } from '../../src/index.js';
import { temporaryFolder } from '../temporary.js';
import { type BuildOptions, baseFields, buildTiff, type Image } from '../tiff-builder.js';

const folder = temporaryFolder();

async function readAll(images: Image[], options: BuildOptions & { spec?: string } = {}) {
  const path = folder.file('image.tif', buildTiff(images, options));
  const source = await openRaster(path + (options.spec ?? ''));
  try {
    const { height, width } = source.info;
    const raster = await source.read({ row: 0, col: 0, height, width });
    return { ...source, raster, values: [...raster.data] };
  } finally {
    await source.close();
  }
}

const bytes16 = (values: number[], bigEndian = false) => {
  const view = new DataView(new ArrayBuffer(2 * values.length));
  values.forEach((value, i) => {
    view.setUint16(2 * i, value, !bigEndian);
  });
  return new Uint8Array(view.buffer);
};

test.each([
  ['little-endian', {}],
  ['big-endian', { bigEndian: true }],
  ['BigTIFF', { bigTiff: true }],
  ['big-endian BigTIFF', { bigTiff: true, bigEndian: true }],
])('uint16 strips of a %s file read as stored', async (_, options: BuildOptions) => {
  const values = Array.from({ length: 15 }, (_, i) => 1000 * i + 7);
  const rows = [values.slice(0, 6), values.slice(6, 12), values.slice(12)];
  const fields = baseFields({ width: 3, height: 5, bits: 16 }, [
    { tag: 278, type: 4, values: [2] },
  ]);
  const blocks = rows.map((row) => bytes16(row, options.bigEndian));
  expect((await readAll([{ fields, blocks }], options)).values).toEqual(values);
});

test('tiles that reach over the edge are clipped, absent ones read as nodata', async () => {
  const fields = baseFields({ width: 3, height: 3, bits: 8 }, [
    { tag: 322, type: 3, values: [2] },
    { tag: 323, type: 3, values: [2] },
    { tag: 42113, type: 2, values: '9' },
  ]);
  const tile = (a: number) => Uint8Array.of(a, a + 1, a + 2, a + 3);
  const blocks = [tile(10), tile(20), undefined, tile(40)];
  const { values, raster, info } = await readAll([{ fields, blocks, tiled: true }]);
  expect(values).toEqual([10, 11, 20, 12, 13, 22, 9, 9, 40]);
  expect([...(raster.mask ?? [])]).toEqual([1, 1, 1, 1, 1, 1, 0, 0, 1]);
  expect(info).toMatchObject({ maskKind: 'nodata', nodata: 9, blockSize: [2, 2] });
});

test('interleaved pixels come out band after band, and a spec picks bands', async () => {
  const fields = baseFields({ width: 2, height: 1, bits: 8, bands: 3 });
  const image = { fields, blocks: [Uint8Array.of(1, 2, 3, 4, 5, 6)] };
  expect((await readAll([image])).values).toEqual([1, 4, 2, 5, 3, 6]);
  expect((await readAll([image], { spec: ',band=3+1' })).values).toEqual([3, 6, 1, 4]);
});

// The worked example of TIFF 6.0, section 13: 7 7 7 8 8 7 7 6 6 as 256 7 258 8 8 258 6 6 257.
test('LZW codes of the TIFF specification unfold', async () => {
  const codes = [256, 7, 258, 8, 8, 258, 6, 6, 257];
  const bits = codes.map((code) => code.toString(2).padStart(9, '0')).join('');
  const packed =
    bits.match(/.{1,8}/g)?.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)) ?? [];
  const fields = baseFields({ width: 9, height: 1, bits: 8 }, [{ tag: 259, type: 3, values: [5] }]);
  const { values } = await readAll([{ fields, blocks: [Uint8Array.from(packed)] }]);
  expect(values).toEqual([7, 7, 7, 8, 8, 7, 7, 6, 6]);
});

// The worked example of TIFF 6.0, section 9.
test('PackBits of the TIFF specification unfold', async () => {
  const packed = [
    0xfe, 0xaa, 0x02, 0x80, 0x00, 0x2a, 0xfd, 0xaa, 0x03, 0x80, 0x00, 0x2a, 0x22, 0xf7, 0xaa,
  ];
  const plain = [
    0xaa, 0xaa, 0xaa, 0x80, 0, 0x2a, 0xaa, 0xaa, 0xaa, 0xaa, 0x80, 0, 0x2a, 0x22,
  ].concat(new Array(10).fill(0xaa));
  const fields = baseFields({ width: 24, height: 1, bits: 8 }, [
    { tag: 259, type: 3, values: [32773] },
  ]);
  expect((await readAll([{ fields, blocks: [Uint8Array.from(packed)] }])).values).toEqual(plain);
});

test('DEFLATE with predictor 2 sums the differences a band', async () => {
  // Pixels (100,5) (90,6) (95,3): the differences are (-10,1) and (5,-3).
  const stored = bytes16([100, 5, 65526, 1, 5, 65533]);
  const fields = baseFields({ width: 3, height: 1, bits: 16, bands: 2 }, [
    { tag: 259, type: 3, values: [8] },
    { tag: 317, type: 3, values: [2] },
  ]);
  const { values } = await readAll([{ fields, blocks: [new Uint8Array(deflateSync(stored))] }]);
  expect(values).toEqual([100, 90, 95, 5, 6, 3]);
});

test('packed 12-bit samples and half-precision floats widen', async () => {
  // 0xabc 0x123 0xfff a row of 5 bytes.
  const packed = Uint8Array.of(0xab, 0xc1, 0x23, 0xff, 0xf0);
  const twelve = await readAll([
    { fields: baseFields({ width: 3, height: 1, bits: 12 }), blocks: [packed] },
  ]);
  expect(twelve.values).toEqual([0xabc, 0x123, 0xfff]);
  expect(twelve.info).toMatchObject({ dataType: 'uint16', bits: 12 });
  const fields = baseFields({ width: 4, height: 1, bits: 16 }, [
    { tag: 339, type: 3, values: [3] },
  ]);
  const halves = await readAll([{ fields, blocks: [bytes16([0x3c00, 0xc000, 0x3555, 0x0001])] }]);
  expect(halves.values).toEqual([1, -2, 0.333251953125, 2 ** -24]);
});

// RFC 8878, section 3.1.1: magic, one segment of 4 bytes, one last block that is raw or repeated.
test('ZSTD frames of raw and of repeated bytes unfold', async () => {
  const head = [0x28, 0xb5, 0x2f, 0xfd, 0x20, 4];
  const frames: [number[], number[]][] = [
    [
      [...head, (4 << 3) | 1, 0, 0, 9, 8, 7, 6],
      [9, 8, 7, 6],
    ],
    [
      [...head, (4 << 3) | 3, 0, 0, 5],
      [5, 5, 5, 5],
    ],
  ];
  const fields = baseFields({ width: 4, height: 1, bits: 8 }, [
    { tag: 259, type: 3, values: [50000] },
  ]);
  for (const [frame, values] of frames) {
    expect((await readAll([{ fields, blocks: [Uint8Array.from(frame)] }])).values).toEqual(values);
  }
});

test('JPEG blocks become gray, or RGB where they hold YCbCr', async () => {
  const flat = (channels: 1 | 3, colour: number[]) =>
    sharp(
      Uint8Array.from({ length: 256 * channels }, (_, i) => colour[i % channels]),
      {
        raw: { width: 16, height: 16, channels },
      },
    );
  const cases: [number, number[], Buffer][] = [
    [1, [77], await flat(1, [77]).toColourspace('b-w').jpeg().toBuffer()],
    [6, [200, 30, 90], await flat(3, [200, 30, 90]).jpeg({ quality: 95 }).toBuffer()],
  ];
  for (const [photometric, colour, block] of cases) {
    const bands = colour.length;
    const fields = baseFields({ width: 16, height: 16, bits: 8, bands }, [
      { tag: 259, type: 3, values: [7] },
      { tag: 262, type: 3, values: [photometric] },
    ]);
    const { values } = await readAll([{ fields, blocks: [new Uint8Array(block)] }]);
    const wanted = colour.flatMap((value) => new Array<number>(256).fill(value));
    expect(values).toBeAllclose(wanted, { atol: 2 });
  }
});

// As libtiff has it: packed highest byte first, turned round in big-endian files.
test.each([
  [false, [7, 0xa1, 0x20]],
  [true, [0x20, 0xa1, 7]],
])(
  '24-bit samples read the same from either byte order (big-endian: %s)',
  async (bigEndian, bytes) => {
    const fields = baseFields({ width: 1, height: 1, bits: 24 });
    const { values } = await readAll([{ fields, blocks: [Uint8Array.from(bytes)] }], { bigEndian });
    expect(values).toEqual([0x07a120]);
  },
);

test('an internal mask says which pixels hold data', async () => {
  const image = {
    fields: baseFields({ width: 3, height: 2, bits: 8 }),
    blocks: [new Uint8Array(6)],
  };
  const fields = baseFields({ width: 3, height: 2, bits: 1 }, [
    { tag: 254, type: 4, values: [4] },
    { tag: 262, type: 3, values: [4] },
  ]);
  const { raster, info } = await readAll([image, { fields, blocks: [Uint8Array.of(0xa0, 0x40)] }]);
  expect(info.maskKind).toBe('mask');
  expect([...(raster.mask ?? [])]).toEqual([1, 0, 1, 0, 1, 0]);
});

test('overviews are listed and open at their own pixel size', async () => {
  const geo = [
    { tag: 33550, type: 12, values: [2, 2, 0] },
    { tag: 33922, type: 12, values: [0, 0, 0, 500, 800, 0] },
  ];
  const image = {
    fields: baseFields({ width: 4, height: 2, bits: 8 }, geo),
    blocks: [new Uint8Array(8)],
  };
  const small = {
    fields: baseFields({ width: 2, height: 1, bits: 8 }, [{ tag: 254, type: 4, values: [1] }]),
    blocks: [Uint8Array.of(5, 6)],
  };
  const path = folder.file('overviews.tif', buildTiff([image, small]));
  const source = await openRaster(path, { overview: 0 });
  expect(source.details?.overviews).toEqual([[1, 2]]);
  expect(source.info).toMatchObject({ width: 2, height: 1, transform: [4, 0, 500, 0, -4, 800] });
  const { data } = await source.read({ row: 0, col: 1, height: 1, width: 1 });
  expect([...data]).toEqual([6]);
  await source.close();
});

test('a position that is a pixel centre moves out by half a pixel', async () => {
  const fields = baseFields({ width: 2, height: 2, bits: 8 }, [
    { tag: 33550, type: 12, values: [10, 20, 0] },
    { tag: 33922, type: 12, values: [0, 0, 0, 500, 800, 0] },
    { tag: 34735, type: 3, values: [1, 1, 0, 2, 1025, 0, 1, 2, 3072, 0, 1, 32633] },
  ]);
  const { info } = await readAll([{ fields, blocks: [new Uint8Array(4)] }]);
  expect(info.transform).toEqual([10, 0, 495, 0, -20, 810]);
  expect(info).toMatchObject({ areaOrPoint: 'point', crs: { epsg: 32633 } });
});

test('names, scales and free metadata come from the XML of GDAL', async () => {
  const xml =
    '<GDALMetadata>\n  <Item name="PLACE">A &amp; B</Item>\n' +
    '  <Item name="DESCRIPTION" sample="1" role="description">red</Item>\n' +
    '  <Item name="SCALE" sample="0" role="scale">0.5</Item>\n' +
    '  <Item name="OFFSET" sample="1" role="offset">-3</Item>\n</GDALMetadata>';
  const fields = baseFields({ width: 1, height: 1, bits: 8, bands: 2 }, [
    { tag: 42112, type: 2, values: xml },
  ]);
  const { info } = await readAll([{ fields, blocks: [new Uint8Array(2)] }]);
  expect(info).toMatchObject({
    bandNames: ['', 'red'],
    scales: [0.5, 1],
    offsets: [0, -3],
    metadata: { PLACE: 'A & B' },
  });
});

test('windows read twice are the same, whatever their order', async () => {
  const values = Uint8Array.from({ length: 64 }, (_, i) => i);
  const blocks = Array.from({ length: 4 }, (_, i) => values.subarray(16 * i, 16 * i + 16));
  const fields = baseFields({ width: 8, height: 8, bits: 8 }, [{ tag: 278, type: 4, values: [2] }]);
  const source = await openRaster(folder.file('windows.tif', buildTiff([{ fields, blocks }])));
  const window = { row: 1, col: 2, height: 4, width: 3 };
  const first = await source.read(window);
  await source.read({ row: 0, col: 0, height: 8, width: 8 });
  expect([...(await source.read(window)).data]).toEqual([...first.data]);
  expect([...first.data]).toEqual([10, 11, 12, 18, 19, 20, 26, 27, 28, 34, 35, 36]);
  await source.close();
});
