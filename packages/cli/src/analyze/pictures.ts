/** Pictures that are analysed, and those that are written. */

import { DATA_TYPES, InputError, type Raster } from '@bandweave/image';
import { openRaster } from '@bandweave/io';

/** What is analysed is run as a whole. */
const MOST_PIXELS = 2 ** 20;

/** The first bands of a picture, from 0 to 1; all colours where no number is asked for. */
export async function readPicture(path: string, bands?: number): Promise<Raster<Float64Array>> {
  const raster = await readSamples(path, bands);
  const full = raster.full;
  return { ...raster.image, data: raster.image.data.map((value) => value / full) };
}

/** The samples as they are, and what counts as full range. */
export async function readSamples(
  path: string,
  wanted?: number,
): Promise<{ readonly image: Raster<Float64Array>; readonly full: number }> {
  const source = await openRaster(path);
  try {
    const { height, width, dataType, colors } = source.info;
    const all = Array.from({ length: source.info.bands }, (_, k) => k);
    const bands = wanted ?? all.filter((k) => colors[k] !== 'alpha').length;
    if (source.info.bands < bands) {
      throw new InputError(
        `${path}: expected a picture of ${bands} bands, got ${source.info.bands}; take another.`,
      );
    }
    if (height * width > MOST_PIXELS) {
      throw new InputError(
        `${path}: expected at most ${MOST_PIXELS} pixels, got ${width} x ${height}; cut a part out.`,
      );
    }
    const window = { row: 0, col: 0, height, width };
    const { data } = await source.read(window, { bands: all.slice(0, bands) });
    const { kind, max } = DATA_TYPES[dataType];
    const image = { bands, height, width, data: Float64Array.from(data) };
    return { image, full: kind === 'float' ? 1 : max };
  } finally {
    await source.close();
  }
}

/** Bands side by side in each pixel: gray or RGB of 8 bits. */
export function pixelsOf({ bands, height, width, data }: Raster) {
  const channels: 1 | 3 = bands >= 3 ? 3 : 1;
  const size = height * width;
  const whole = data instanceof Uint8Array;
  const out = new Uint8Array(size * channels);
  for (let k = 0; k < channels; k++) {
    for (let p = 0; p < size; p++) {
      const value = data[k * size + p] ?? 0;
      out[p * channels + k] = whole ? value : Math.max(0, Math.min(255, Math.round(255 * value)));
    }
  }
  return { width, height, channels, data: out };
}
