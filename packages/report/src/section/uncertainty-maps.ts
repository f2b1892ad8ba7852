/** Maps of how far the samples of a network lie apart, from the file that `fuse --uncertainty` wrote. */

import type { RasterSource } from '@bandweave/image';
import { HEAT, mapColors } from '../color-map.js';
import type { Picture } from '../picture.js';
import { readReduced } from '../read-views.js';
import { reduction } from '../views.js';

/** Largest side of a map on the page, and the most maps there are. */
const SIDE = 520;
const MOST_BANDS = 8;

export interface UncertaintyMaps {
  readonly maps: readonly { readonly label: string; readonly picture: Picture }[];
  /** All maps share one scale from 0 on. */
  readonly high: number;
  /** Mean deviation of each band, over the pixels that are known. */
  readonly means: readonly number[];
}

/** @param source the means of all bands, then their deviations */
export async function uncertaintyMaps(
  source: RasterSource,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<UncertaintyMaps> {
  const { height, width, bands, bandNames } = source.info;
  const count = bands / 2;
  const shown = Array.from({ length: Math.min(count, MOST_BANDS) }, (_, k) => count + k);
  const same = { rows: { scale: 1, shift: 0 }, cols: { scale: 1, shift: 0 } };
  const step = reduction(height, width, SIDE);
  const { whole } = await readReduced(source, {
    height,
    width,
    step,
    bands: shown,
    place: same,
    signal,
  });
  const size = whole.height * whole.width;
  const planes = shown.map((_, k) =>
    Float32Array.from({ length: size }, (__, p) =>
      whole.mask?.[p] === 0 ? Number.NaN : whole.data[k * size + p]!,
    ),
  );
  const known = planes.flatMap((plane) => Array.from(plane).filter(Number.isFinite));
  known.sort((a, b) => a - b);
  // A few pixels far off should not darken all others.
  const high = known[Math.floor(0.995 * (known.length - 1))] || 1;
  return {
    maps: planes.map((plane, k) => ({
      label: (bandNames[shown[k]!] ?? '').replace(/ standard deviation$/, '') || `band ${k + 1}`,
      picture: {
        rgba: mapColors(plane, { map: HEAT, low: 0, high }),
        height: whole.height,
        width: whole.width,
      },
    })),
    high,
    means: planes.map((plane) => {
      const values = Array.from(plane).filter(Number.isFinite);
      return values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
    }),
  };
}
