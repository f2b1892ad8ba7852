/** Which bands a network sees together, and what it sees as dark and bright. */

import { InputError, type RasterInfo, type RasterSource } from '@bandweave/image';
import { type BandGroup, bandGroups, sampleWindows } from '../restore/bands.js';

/** Bands that go through a network at once. `taken` are written; others only fill it up. */
export interface ColourGroup extends BandGroup {
  /** A single band seen as all colours, whose answers are averaged. */
  readonly grey?: true;
}

/**
 * As many bands as the network has colours are seen at once; a network of one sees band by band;
 * one of three sees triples in the file's order, or a grey picture where there are fewer.
 */
export function colourGroups(
  source: RasterSource,
  { colors, file }: { readonly colors: number | 'any'; readonly file: string },
): ColourGroup[] {
  const singles = bandGroups(source, { single: true });
  const colours = singles.flatMap(({ taken }) => taken);
  if (colors === 'any' || colors === 1) return singles;
  if (colors === colours.length) return [{ bands: colours, taken: colours }];
  if (colors === 3 && colours.length > 3) return bandGroups(source, { single: false });
  if (colors === 3) return singles.map((one) => ({ ...one, grey: true }));
  throw new InputError(
    `${file}: expected weights for ${colours.length} bands, three or one, got those for ${colors}; choose other weights.`,
  );
}

/** The values that a network sees as 0 and as 1. */
export interface Stretch {
  readonly low: number;
  readonly high: number;
}

/**
 * For each band: pictures, and bands of 8 bits, by their full range; counts and reflectances by
 * the first and the last percent of sample windows, since networks learn from pictures as they are
 * looked at.
 */
export async function stretchesOf(
  source: RasterSource,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Stretch[]> {
  const { info } = source;
  const full = fullRangeOf(source);
  if (full !== undefined) return Array.from({ length: info.bands }, () => ({ low: 0, high: full }));
  const seen: number[][] = Array.from({ length: info.bands }, () => []);
  for (const window of sampleWindows(info)) {
    const { data, mask, height, width } = await source.read(window, options);
    const size = height * width;
    for (let band = 0; band < info.bands; band++) {
      for (let i = 0; i < size; i++) {
        const value = data[band * size + i];
        if (mask?.[i] !== 0 && Number.isFinite(value)) seen[band].push(value);
      }
    }
  }
  return seen.map((values) => {
    const sorted = Float64Array.from(values).sort();
    const low = sorted[Math.floor(0.01 * sorted.length)] ?? 0;
    const high = sorted[Math.floor(0.99 * sorted.length)] ?? 1;
    return high > low ? { low, high } : { low, high: low + 1 };
  });
}

function fullRangeOf({ name, info }: { name: string; info: RasterInfo }): number | undefined {
  if (info.dataType === 'uint8') return 255;
  if (info.dataType === 'uint16' && /\.png$/i.test(name)) return 65535;
  return undefined;
}
