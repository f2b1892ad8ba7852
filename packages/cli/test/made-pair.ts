/** Small georeferenced files for the tests of the command: made by code, written by the product. */
import { join } from 'node:path';
import { allocate, type DataType, type RasterInfo, type Transform } from '@bandweave/image';
import { writeRaster } from '@bandweave/pipeline';

export interface MadeRaster {
  readonly height: number;
  readonly width: number;
  readonly bands?: number;
  readonly dataType?: DataType;
  readonly transform?: Transform | 'none';
  readonly epsg?: number;
  readonly nodata?: number;
  /** The sample of a band at a place in metres; hills and stripes by default. */
  readonly value?: (band: number, x: number, y: number) => number;
}

const hills = (band: number, x: number, y: number) =>
  400 + 60 * band + 150 * Math.sin(x / 23) * Math.cos(y / 31) + 80 * Math.sin((x + 2 * y) / 7);

/** Pixels of 1 m with the corner at (500000, 5400000) in UTM 32N, unless told otherwise. */
export const PAN_TRANSFORM: Transform = [1, 0, 500_000, 0, -1, 5_400_000];
export const MS_TRANSFORM: Transform = [4, 0, 500_000, 0, -4, 5_400_000];

export async function make(folder: string, name: string, made: MadeRaster): Promise<string> {
  const { height, width, bands = 1, dataType = 'uint16', transform = PAN_TRANSFORM } = made;
  const { epsg = 32632, nodata, value = hills } = made;
  const place = transform === 'none' ? PAN_TRANSFORM : transform;
  const data = allocate(dataType, bands * height * width);
  for (let band = 0; band < bands; band++) {
    for (let row = 0; row < height; row++) {
      for (let col = 0; col < width; col++) {
        const x = place[0] * (col + 0.5);
        const y = -place[4] * (row + 0.5);
        data[(band * height + row) * width + col] = value(band, x, y);
      }
    }
  }
  const info: RasterInfo = {
    width,
    height,
    bands,
    dataType,
    maskKind: nodata === undefined ? 'none' : 'nodata',
    bandNames: Array.from({ length: bands }, (_, band) => `band ${band + 1}`),
    colors: new Array(bands).fill('undefined'),
    blockSize: [256, 256],
    areaOrPoint: 'area',
    metadata: {},
    ...(nodata === undefined ? {} : { nodata }),
    ...(transform === 'none' ? {} : { transform, crs: { epsg, name: `EPSG:${epsg}` } }),
  };
  const path = join(folder, name);
  await writeRaster(path, { raster: { bands, height, width, data }, info });
  return path;
}

/** pan.tif of 1 m and ms.tif of 4 m over the same ground. */
export async function makePair(
  folder: string,
  { side = 96, bands = 4 }: { readonly side?: number; readonly bands?: number } = {},
): Promise<{ pan: string; ms: string }> {
  const mean = (_: number, x: number, y: number) => hills(1.5, x, y);
  return {
    pan: await make(folder, 'pan.tif', { height: side, width: side, value: mean }),
    ms: await make(folder, 'ms.tif', {
      height: side / 4,
      width: side / 4,
      bands,
      transform: MS_TRANSFORM,
    }),
  };
}
