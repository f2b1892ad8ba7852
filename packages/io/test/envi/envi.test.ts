import { affine, type RasterInfo } from '@bandweave/image';
import { expect, test } from 'vitest';
import { createEnvi } from '../../src/envi/write.js';
import { openRaster } from '../../src/open.js';
import { temporaryFolder } from '../temporary.js';

const folder = temporaryFolder();

const HEADER = `ENVI
; a comment
description = {made by hand}
samples = 2
lines   = 2
bands   = 3
header offset = 1
data type = 2
interleave = bil
byte order = 1
map info = {UTM, 2, 1, 500030, 4000000, 30, 30, 49, North, WGS-84, units=Meters}
wavelength units = Micrometers
wavelength = {0.45, 0.55,
  2.2}
bbl = {1, 1, 0}
data ignore value = -9
`;

/** Row, then band, then column; big-endian behind one byte. */
function bil(): Uint8Array {
  const view = new DataView(new ArrayBuffer(25));
  for (const [i, v] of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, -9, 12].entries()) {
    view.setInt16(1 + 2 * i, v);
  }
  return new Uint8Array(view.buffer);
}

test('header and samples together give bands, place, wavelengths and nodata', async () => {
  folder.file('cube.hdr', HEADER);
  const data = folder.file('cube.img', bil());
  const source = await openRaster(data);
  const raster = await source.read({ row: 0, col: 0, height: 2, width: 2 });
  await source.close();
  expect([...raster.data]).toEqual([1, 2, 7, 8, 3, 4, 9, 10, 5, 6, -9, 12]);
  expect(raster.mask && [...raster.mask]).toEqual([1, 1, 0, 1]);
  expect(source.info).toMatchObject({
    dataType: 'int16',
    nodata: -9,
    transform: [30, 0, 500000, 0, -30, 4000000],
    crs: { epsg: 32649, name: 'WGS 84 / UTM zone 49N' },
    wavelengths: [450, 550, 2200],
    goodBands: [true, true, false],
    metadata: { description: 'made by hand' },
  });
});

test.each([
  ['lines   = 2', 'lines = 0', /'lines'/],
  ['bands   = 3', 'bands = 300', /expected 2401 bytes|cut short/],
  ['data type = 2', 'data type = 6', /data type/],
  ['interleave = bil', 'interleave = bap', /bsq, bil or bip/],
  ['wavelength = {0.45, 0.55,\n  2.2}', 'wavelength = {0.45', /expected } after wavelength/],
  ['samples = 2', 'samples = 99999999999', /'samples'/],
])('a header with another %s is refused', async (from, to, message) => {
  const header = folder.file(
    'bad.hdr',
    HEADER.replace(from, to)
      .replace(/bbl.*\n/, '')
      .replace(/data ignore.*\n/, '')
      .replace('\nwavelength = {0.45\n', '\nwavelength = {0.45'),
  );
  folder.file('bad.img', bil());
  await expect(openRaster(header)).rejects.toMatchObject({
    tag: 'input',
    message: expect.stringMatching(message),
  });
});

test('a header without its samples names where they are looked for', async () => {
  const header = folder.file('alone.hdr', HEADER);
  await expect(openRaster(header)).rejects.toThrow(/alone\.img, got no such file/);
});

test.each([0, 30, -100])(
  'what is written turned by %s degrees is read at the same place',
  async (degrees) => {
    const turn = (degrees * Math.PI) / 180;
    const info: RasterInfo = {
      bands: 1,
      height: 2,
      width: 3,
      dataType: 'float32',
      maskKind: 'none',
      bandNames: ['red, near {infra}'],
      colors: ['undefined'],
      blockSize: [1, 3],
      areaOrPoint: 'area',
      metadata: {},
      crs: { epsg: 32733, name: 'WGS 84 / UTM zone 33S' },
      transform: affine.compose(
        [Math.cos(turn), -Math.sin(turn), 7e5, Math.sin(turn), Math.cos(turn), 8e6],
        [10, 0, 0, 0, -10, 0],
      ),
    };
    const path = folder.file(`turned${degrees}.hdr`);
    const sink = await createEnvi(path, info);
    await sink.finish();
    const source = await openRaster(path);
    await source.close();
    expect(source.info.crs?.epsg).toBe(32733);
    expect(source.info.bandNames).toEqual(['red  near  infra']);
    expect(source.info.transform).toBeAllclose(info.transform as readonly number[], {
      rtol: 1e-12,
      atol: 1e-9,
    });
  },
);
