/** PNG and JPEG pictures as rasters, decoded by sharp: RGB, RGBA or gray, 8 or 16 bits. */

import {
  type ColorInterpretation,
  InputError,
  type Raster,
  type RasterInfo,
  type RasterSource,
} from '@bandweave/image';
import sharp from 'sharp';
import { copyWindow } from '../memory.js';
import { checkBands, checkWindow } from '../windows.js';

export interface ImageOptions {
  /** Larger pictures are refused before they are decoded; 2^28 by default. */
  readonly maxPixels?: number;
}

export interface Picture {
  readonly info: RasterInfo;
  readonly raster: Raster<Uint8Array | Uint16Array>;
}

const COLORS: Readonly<Record<number, readonly ColorInterpretation[]>> = {
  1: ['gray'],
  2: ['gray', 'alpha'],
  3: ['red', 'green', 'blue'],
  4: ['red', 'green', 'blue', 'alpha'],
};

/** Reads a PNG or JPEG file (or its bytes); an InputError where it is neither or damaged. */
export async function readImage(
  path: string | Uint8Array,
  { maxPixels = 2 ** 28 }: ImageOptions = {},
): Promise<Picture> {
  const name = typeof path === 'string' ? path : 'picture';
  const image = sharp(path, { limitInputPixels: maxPixels, failOn: 'error' });
  try {
    const { depth, width, height, format } = await image.metadata();
    if (format !== 'png' && format !== 'jpeg') {
      throw new InputError(`${name}: expected a PNG or JPEG picture, got ${format}; convert it.`);
    }
    if (width * height > maxPixels) {
      throw new InputError(
        `${name}: expected at most ${maxPixels} pixels, got ${width} x ${height}; crop it first.`,
      );
    }
    const wide = depth === 'ushort';
    const { data, info } = await image
      .raw({ depth: wide ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const bytes = new Uint8Array(data);
    const pixels = wide ? new Uint16Array(bytes.buffer) : bytes;
    return toPicture(pixels, info);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(
      `${name}: expected a whole PNG or JPEG picture of at most ${maxPixels} pixels, got ${firstLine(error)}; check the file.`,
      { cause: error },
    );
  }
}

function firstLine(error: unknown): string {
  return (error as Error).message.split('\n')[0].replace(/\.$/, '');
}

function toPicture(
  pixels: Uint8Array | Uint16Array,
  { width, height, channels }: { width: number; height: number; channels: number },
): Picture {
  const size = width * height;
  const data =
    pixels instanceof Uint16Array
      ? new Uint16Array(size * channels)
      : new Uint8Array(size * channels);
  for (let band = 0; band < channels; band++) {
    for (let i = 0, from = band, to = band * size; i < size; i++, from += channels) {
      data[to + i] = pixels[from];
    }
  }
  const colors = COLORS[channels];
  const alpha = colors.at(-1) === 'alpha';
  const info: RasterInfo = {
    width,
    height,
    bands: channels,
    dataType: data instanceof Uint16Array ? 'uint16' : 'uint8',
    maskKind: alpha ? 'alpha' : 'none',
    bandNames: colors.map(() => ''),
    colors,
    blockSize: [1, width],
    areaOrPoint: 'area',
    metadata: {},
  };
  return { info, raster: { bands: channels, height, width, data } };
}

/** A picture in memory as a source of windows. */
export function pictureSource(name: string, { info, raster }: Picture): RasterSource {
  return {
    name,
    info,
    async read(window, options = {}) {
      checkWindow(name, info, window);
      const bands = checkBands(name, info, options.bands);
      const { height, width } = window;
      const data = copyWindow(raster, window, bands);
      if (info.maskKind !== 'alpha') return { bands: bands.length, height, width, data };
      const mask = new Uint8Array(copyWindow(raster, window, [info.bands - 1])).map((a) =>
        a ? 1 : 0,
      );
      return { bands: bands.length, height, width, data, mask };
    },
    close: async () => {},
  };
}
