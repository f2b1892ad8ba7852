import { InputError, type RasterInfo, type Transform } from '@bandweave/image';
import { describe, expect, test } from 'vitest';
import { alignGrids, type NamedInfo } from '../src/align.js';

function raster(
  name: string,
  [height, width]: [number, number],
  transform?: Transform,
  epsg = 32649,
): NamedInfo {
  const info: RasterInfo = {
    width,
    height,
    bands: 1,
    dataType: 'uint16',
    maskKind: 'none',
    bandNames: [''],
    colors: ['gray'],
    blockSize: [256, 256],
    areaOrPoint: 'area',
    metadata: {},
    ...(transform ? { transform, crs: { epsg, name: `EPSG:${epsg}` } } : {}),
  };
  return { name, info };
}

const PAN: Transform = [0.5, 0, 1000, 0, -0.5, 2000];

describe('alignGrids', () => {
  test('grids with a common corner share the outer edge', () => {
    const found = alignGrids(
      raster('pan.tif', [64, 64], PAN),
      raster('ms.tif', [16, 16], [2, 0, 1000, 0, -2, 2000]),
    );
    expect(found).toMatchObject({
      height: 64,
      width: 64,
      transform: PAN,
      rows: { ratio: 4, phase: 1.5 },
      cols: { ratio: 4, phase: 1.5 },
      by: 'georeference',
    });
    expect(found.offset).toBeAllclose([0, 0], { atol: 1e-9 });
  });

  test('the half-pixel of Landsat is honoured', () => {
    const found = alignGrids(
      raster('b8.tif', [100, 120], [15, 0, 670642.5, 0, -15, 4552417.5]),
      raster('b4.tif', [50, 60], [30, 0, 670635, 0, -30, 4552425]),
    );
    expect(found.offset).toBeAllclose([-0.5, -0.5], { atol: 1e-9 });
    expect(found.cols.phase).toBeCloseTo(0, 9);
    expect([found.height, found.width]).toEqual([100, 120]);
  });

  test('the phase of the toolbox comes out of a true geotransform', () => {
    const corner: Transform = [2, 0, 1000.25, 0, -2, 1999.75];
    const found = alignGrids(raster('p', [64, 64], PAN), raster('m', [16, 16], corner));
    expect(found.cols).toEqual({ ratio: 4, phase: 2 });
  });

  test('a ratio that is not whole is taken as it is', () => {
    const found = alignGrids(
      raster('p', [155, 153], [1500.098, 0, 527692.5, 0, -1505.903, 4582207.5]),
      raster('m', [77, 76], [3020.1316, 0, 527685, 0, -3031.5584, 4582215]),
    );
    expect(found.cols.ratio).toBeCloseTo(2.013289, 5);
    expect(found.rows.ratio).toBeCloseTo(2.013117, 5);
  });

  test('union and intersection add and cut whole PAN pixels', () => {
    const pan = raster('p', [64, 64], PAN);
    const ms = raster('m', [16, 16], [2, 0, 1010.2, 0, -2, 2000]);
    const union = alignGrids(pan, ms);
    expect(union).toMatchObject({ height: 64, width: 85 });
    expect(union.panExtent.cols).toEqual({ start: 0, end: 64 });
    const common = alignGrids(pan, ms, { extent: 'intersection' });
    expect(common).toMatchObject({ height: 64, width: 43 });
    expect(common.transform?.[2]).toBeCloseTo(1010.5, 9);
    expect(common.panExtent.cols).toEqual({ start: 0, end: 43 });
  });

  test('without georeference sizes decide, and it is said', () => {
    const found = alignGrids(raster('p.tif', [62, 64]), raster('m.tif', [16, 16]));
    expect(found.by).toBe('size');
    expect(found.rows.ratio).toBe(3.875);
    expect(found.messages[0]).toMatch(/warning: no geotransform in p.tif and m.tif/);
  });

  test('alignment by size can be asked for', () => {
    const pan = raster('p', [64, 64], PAN);
    const ms = raster('m', [16, 16], [2, 0, 1000.5, 0, -2, 2000]);
    const found = alignGrids(pan, ms, { align: 'size' });
    expect(found).toMatchObject({ by: 'size', cols: { ratio: 4, phase: 1.5 } });
  });

  test.each([
    [
      'another system',
      raster('m', [16, 16], [2, 0, 1000, 0, -2, 2000], 32633),
      /EPSG:32649.*EPSG:32633/,
    ],
    ['no overlap', raster('m', [16, 16], [2, 0, 5000, 0, -2, 2000]), /overlaps/],
    ['a finer MS', raster('m', [16, 16], [0.1, 0, 1000, 0, -0.1, 2000]), /no larger/],
    ['a turned MS', raster('m', [16, 16], [1.4, 1.4, 1000, 1.4, -1.4, 2000]), /parallel/],
  ])('%s is refused in one line', (_, ms, message) => {
    const attempt = () => alignGrids(raster('p', [64, 64], PAN), ms);
    expect(attempt).toThrow(InputError);
    expect(attempt).toThrow(message);
  });
});
