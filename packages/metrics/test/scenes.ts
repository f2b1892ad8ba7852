/** Repeatable images for the tests of indices. */

import type { Raster } from '@bandweave/image';

/** Pseudo-random counts between 1 and 2047 with some structure. */
export function scene(
  bands: number,
  height: number,
  width: number,
  seed = 1,
): Raster<Float64Array> {
  const data = new Float64Array(bands * height * width);
  let state = seed;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const x = i % width;
    const y = Math.floor(i / width) % height;
    data[i] = 1 + Math.round(900 + 600 * Math.sin(x / 7) * Math.cos(y / 5) + ((state >>> 8) % 400));
  }
  return { bands, height, width, data };
}

/** The same image after a function of value and index. */
export function change(
  { bands, height, width, data }: Raster<Float64Array>,
  to: (value: number, index: number) => number,
): Raster<Float64Array> {
  return { bands, height, width, data: data.map(to) };
}

/** A window of an image. */
export function cut(
  { bands, height, width, data }: Raster<Float64Array>,
  [row, col, rows, columns]: readonly [number, number, number, number],
): Raster<Float64Array> {
  const out = new Float64Array(bands * rows * columns);
  for (let band = 0, to = 0; band < bands; band++) {
    for (let y = row; y < row + rows; y++) {
      const from = (band * height + y) * width + col;
      out.set(data.subarray(from, from + columns), to);
      to += columns;
    }
  }
  return { bands, height: rows, width: columns, data: out };
}

/** A small image from numbers. */
export function tiny(
  [bands, height, width]: readonly [number, number, number],
  ...values: number[]
): Raster<Float64Array> {
  return { bands, height, width, data: Float64Array.from(values) };
}
