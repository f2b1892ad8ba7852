/** Which bands are restored together, and what stands for 255. */

import { DATA_TYPES, InputError, type RasterSource, type Samples } from '@bandweave/image';

/** Bands worked on together, and which of them are taken from that. */
export interface BandGroup {
  readonly bands: readonly number[];
  readonly taken: readonly number[];
}

/**
 * Colour bands by threes in the file's order; where the last are fewer, they are joined by those
 * before them. One or two bands go one by one. Alpha and palettes are not colours.
 */
export function bandGroups(
  { name, info }: RasterSource,
  { single }: { readonly single: boolean },
): BandGroup[] {
  if (info.colors.includes('palette')) {
    throw new InputError(
      `${name}: expected samples that are brightness, got a palette; convert it to RGB first.`,
    );
  }
  const colours = Array.from({ length: info.bands }, (_, band) => band).filter(
    (band) => info.colors[band] !== 'alpha',
  );
  if (single || colours.length < 3)
    return colours.map((band) => ({ bands: [band], taken: [band] }));
  const groups: BandGroup[] = [];
  for (let first = 0; first < colours.length; first += 3) {
    const from = Math.min(first, colours.length - 3);
    const taken = colours.slice(first, first + 3);
    groups.push({ bands: colours.slice(from, from + 3), taken });
  }
  return groups;
}

/** Side of the windows that are looked at before. */
const SAMPLE = 256;

/** Windows spread over the raster: corners' neighbourhood and the middle. */
export function sampleWindows({ height, width }: { height: number; width: number }) {
  const [h, w] = [Math.min(SAMPLE, height), Math.min(SAMPLE, width)];
  const places = [
    [0.5, 0.5],
    [0.2, 0.2],
    [0.2, 0.8],
    [0.8, 0.2],
    [0.8, 0.8],
  ] as const;
  const windows = places.map(([y, x]) => ({
    row: Math.round((height - h) * y),
    col: Math.round((width - w) * x),
    height: h,
    width: w,
  }));
  return h === height && w === width ? windows.slice(0, 1) : windows;
}

/**
 * The value that counts as 255: the full range of 8 bits and of 16-bit pictures, of as many bits
 * as the file states, else of as many as the largest sample that was seen takes.
 */
export function fullRange({ name, info }: RasterSource, seen: readonly Samples[]): number {
  const { dataType, bits } = info;
  if (dataType === 'uint8') return 255;
  if (bits !== undefined) return 2 ** bits - 1;
  if (/\.png$/i.test(name)) return DATA_TYPES[dataType].max;
  let most = 0;
  for (const samples of seen) {
    for (const value of samples) if (Math.abs(value) > most) most = Math.abs(value);
  }
  if (DATA_TYPES[dataType].kind === 'float') return most || 1;
  return 2 ** Math.max(8, Math.ceil(Math.log2(most + 1))) - 1;
}
