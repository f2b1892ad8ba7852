/** Maps of the clusters that a network sorted pixels into, in the colours that their files state. */

import type { RasterSource } from '@bandweave/image';
import type { Picture } from '../picture.js';

/** Largest side of a map on the page. */
const SIDE = 520;
/** Rows that are read at a time. */
const STRIP = 256;

/** A map as a picture, every so many pixels one. */
export async function clusterPicture(
  source: RasterSource,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Picture> {
  const { height, width, palette } = source.info;
  const step = Math.max(1, Math.ceil(Math.max(height, width) / SIDE));
  const [tall, wide] = [Math.ceil(height / step), Math.ceil(width / step)];
  const rgba = new Uint8ClampedArray(4 * tall * wide);
  const strip = Math.max(step, Math.floor(STRIP / step) * step);
  for (let top = 0; top < height; top += strip) {
    const rows = Math.min(strip, height - top);
    const window = { row: top, col: 0, height: rows, width };
    const { data } = await source.read(window, signal ? { signal } : {});
    for (let y = 0; y < rows; y += step) {
      for (let x = 0; x < width; x += step) {
        const at = 4 * (((top + y) / step) * wide + x / step);
        const number = Number(data[y * width + x]);
        for (let c = 0; c < 3; c++) rgba[at + c] = colour(palette, number, c);
        rgba[at + 3] = 255;
      }
    }
  }
  return { rgba, height: tall, width: wide };
}

/** A channel of a number's colour: of the file's table, else grey. */
function colour(palette: readonly number[] | undefined, number: number, channel: number): number {
  if (!palette) return number;
  const length = palette.length / 3;
  return (palette[channel * length + number] ?? 0) >> 8;
}
