/** Crops of the colour sets, and noise that is the same every time. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Raster } from '@bandweave/image';
import { openRaster } from '@bandweave/io';

export const SETS = ['color_set5', 'color_kodak', 'color_mcmaster', 'color_cbsd68'] as const;

/** Constants were chosen on these; tables leave them out. */
export const TUNED_ON: readonly string[] = [
  'color_kodak/kodim01.png',
  'color_kodak/kodim23.png',
  'color_mcmaster/1.png',
  'color_mcmaster/18.png',
  'color_cbsd68/101085.png',
  'color_cbsd68/241004.png',
];

const data = join(process.env['BANDWEAVE_SHARED'] ?? '../shared', 'data');

/** Names of the pictures of a set that nothing was chosen on, at most `most` of them. */
export function picturesOf(set: string, most: number): string[] {
  const folder = join(data, set);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.png'))
    .map((name) => `${set}/${name}`)
    .filter((name) => !TUNED_ON.includes(name))
    .sort()
    .slice(0, most);
}

/** The middle of a picture, side x side pixels, in doubles. */
export async function middle(name: string, side: number): Promise<Raster<Float64Array>> {
  const source = await openRaster(join(data, name));
  try {
    const { height, width } = source.info;
    const window = {
      row: (height - side) >> 1,
      col: (width - side) >> 1,
      height: side,
      width: side,
    };
    const raster = await source.read(window, { bands: [0, 1, 2] });
    return { ...raster, data: Float64Array.from(raster.data) };
  } finally {
    await source.close();
  }
}

/** Gaussian noise by seed, neither rounded nor clipped. */
export function withNoise<T extends Raster<Float64Array>>(
  picture: T,
  sigma: number,
  seed: number,
): T {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = () =>
    Math.sqrt(-2 * Math.log(uniform() + 1e-12)) * Math.cos(2 * Math.PI * uniform());
  return { ...picture, data: picture.data.map((value) => value + sigma * normal()) };
}
