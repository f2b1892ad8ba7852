/** PNG and JPEG pictures as rasters, decoded by sharp: RGB, RGBA or gray, 8 or 16 bits. */

import {
  type ColorInterpretation,
  InputError,
  type Raster,
  type RasterInfo,
  type RasterSource,
} from '@bandweave/image';
import { copyWindow } from '../memory.js';
import { checkBands, checkWindow } from '../windows.js';
import { loadSharp } from './sharp.js';

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
  const sharp = await loadSharp();
  const image = sharp(path, { limitInputPixels: maxPixels, failOn: 'error' });
  try {
    const { depth, width, height, format, space, channels } = await image.metadata();
    if (format !== 'png' && format !== 'jpeg') {
      throw new InputError(`${name}: expected a PNG or JPEG picture, got ${format}; convert it.`);
    }
    const wide = depth === 'ushort';
    const gray = space === 'b-w' || space === 'grey16';
    // Of gray with alpha in 8 bits sharp drops the alpha unless it goes by way of RGBA.
    const pair = gray && channels === 2 && !wide;
    const target = gray && !pair ? (wide ? 'grey16' : 'b-w') : wide ? 'rgb16' : 'srgb';
    const { data, info } = await image
      .toColourspace(target)
      .raw({ depth: wide ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const bytes = new Uint8Array(data);
    const pixels = wide ? new Uint16Array(bytes.buffer) : bytes;
    const picked = pair ? [0, 3] : Array.from({ length: info.channels }, (_, k) => k);
    return toPicture(pixels, { width, height, channels: info.channels, picked });
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

interface PictureShape {
  readonly width: number;
  readonly height: number;
  /** Channels as decoded, of which `picked` become bands. */
  readonly channels: number;
  readonly picked: readonly number[];
}

function toPicture(pixels: Uint8Array | Uint16Array, shape: PictureShape): Picture {
  const { width, height, channels, picked } = shape;
  const size = width * height;
  const bands = picked.length;
  const length = size * bands;
  const data = pixels instanceof Uint16Array ? new Uint16Array(length) : new Uint8Array(length);
  for (let band = 0; band < bands; band++) {
    for (let i = 0, from = picked[band], to = band * size; i < size; i++, from += channels) {
      data[to + i] = pixels[from];
    }
  }
  const colors = COLORS[bands];
  const alpha = colors.at(-1) === 'alpha';
  const info: RasterInfo = {
    width,
    height,
    bands,
    dataType: data instanceof Uint16Array ? 'uint16' : 'uint8',
    maskKind: alpha ? 'alpha' : 'none',
    bandNames: colors.map(() => ''),
    colors,
    blockSize: [1, width],
    areaOrPoint: 'area',
    metadata: {},
  };
  return { info, raster: { bands, height, width, data } };
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
