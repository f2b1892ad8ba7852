import { expect, test } from 'vitest';
import { describe, formatDescription, openRaster } from '../src/index.js';
import { temporaryFolder } from './temporary.js';
import { baseFields, buildTiff } from './tiff-builder.js';

const folder = temporaryFolder();

async function describeFile(more: Parameters<typeof baseFields>[1]) {
  const fields = baseFields({ width: 4, height: 2, bits: 8 }, more);
  const path = folder.file('a.tif', buildTiff([{ fields, blocks: [new Uint8Array(8)] }]));
  const source = await openRaster(path);
  await source.close();
  return describe(source);
}

test('corners, origin and pixel size follow from the transform', async () => {
  const description = await describeFile([
    { tag: 33550, type: 12, values: [10, 20, 0] },
    { tag: 33922, type: 12, values: [0, 0, 0, 500, 800, 0] },
  ]);
  expect(description).toMatchObject({
    geotransform: [500, 10, 0, 800, 0, -20],
    origin: [500, 800],
    pixelSize: [10, 20],
    corners: { lowerRight: [540, 760], center: [520, 780] },
    compression: 'none',
  });
});

test('the text names what the file holds, and JSON can hold it all', async () => {
  const description = await describeFile([
    { tag: 42113, type: 2, values: 'nan' },
    { tag: 305, type: 2, values: 'a tool\u001b[2J\nof ours' },
  ]);
  const text = formatDescription(description);
  expect(text).toMatch(/size +4 x 2 pixels, 1 band\n/);
  expect(text).toMatch(/nodata +nan\n/);
  expect(text).toMatch(/TIFFTAG_SOFTWARE +a tool \[2J of ours\n/);
  expect(JSON.parse(JSON.stringify(description))).toEqual(description);
});
