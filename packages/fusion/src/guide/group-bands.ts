/**
 * Which bands are sharpened together, and with what sum of guide bands: hyper-sharpening. Selva,
 * Aiazzi, Butera, Chiarantini, Baronti 2015.
 */

import type { Fit, GuideMoments } from './guide-moments.js';

/**
 * Where a band's PAN comes from: `synthesise` takes the sum of guide bands that fits it best,
 * `select` the guide band that it correlates with most.
 */
export type GuideChoice = 'synthesise' | 'select';

/** How the guide explains each coarse band. */
export function fitBands(sums: GuideMoments, choice: GuideChoice): Fit[] {
  return Array.from({ length: sums.bands }, (_, k) => {
    if (choice === 'synthesise') return sums.fit(k);
    const single = Array.from({ length: sums.guides }, (_, i) => sums.fit(k, [i]));
    return single.reduce((best, fit) => (fit.correlation > best.correlation ? fit : best));
  });
}

/** Bands that share a PAN. */
export interface BandGroup {
  /** Positions in the list of bands that was asked for. */
  readonly outputs: readonly number[];
  /** 0-based bands of the cube that the method is shown, and where among them the asked ones are. */
  readonly seen: readonly number[];
  readonly places: readonly number[];
  /** The PAN: offset + sum of guide bands. */
  readonly pan: { readonly weights: readonly number[]; readonly offset: number };
}

/**
 * Methods that make an intensity of all bands: of one band alone it would be the PAN itself, so they
 * see its neighbours too.
 */
const LOOKS_ACROSS: ReadonlySet<string> = new Set([
  'bdsd',
  'bdsd-pc',
  'brovey',
  'bt-h',
  'c-gsa',
  'gdal-brovey',
  'gs',
  'gs2-glp',
  'gsa',
  'ihs',
  'pca',
  'pracs',
]);

/** Most bands that such a method is shown at once. */
const MOST_SEEN = 16;

export interface GroupRequest {
  readonly fits: readonly Fit[];
  readonly choice: GuideChoice;
  /** 0-based bands to sharpen, in order. */
  readonly bands: readonly number[];
  readonly method: string;
}

/** Bands with equal PANs go together, as methods look at several bands at once. */
export function groupBands({ fits, choice, bands, method }: GroupRequest): BandGroup[] {
  const shared = new Map<number, number[]>();
  for (const [at, band] of bands.entries()) {
    const one = choice === 'select' ? fits[band].weights.findIndex((w) => w !== 0) : band;
    shared.set(one, [...(shared.get(one) ?? []), at]);
  }
  return [...shared.values()].map((outputs) => {
    const own = outputs.map((at) => bands[at]);
    const seen = LOOKS_ACROSS.has(method) ? withNeighbours(own, fits.length) : own;
    return {
      outputs,
      seen,
      places: own.map((band) => seen.indexOf(band)),
      pan: panOf(fits[own[0]], choice),
    };
  });
}

/** The bands and those around them, up to MOST_SEEN or all that share a PAN. */
function withNeighbours(bands: readonly number[], count: number): number[] {
  const seen = new Set(bands);
  for (let away = 1; away < count && seen.size < MOST_SEEN; away++) {
    for (const band of [bands[0] - away, bands[bands.length - 1] + away]) {
      if (band >= 0 && band < count && seen.size < MOST_SEEN) seen.add(band);
    }
  }
  return [...seen].sort((a, b) => a - b);
}

/** With `select` the guide band as it is: its own scale, the same for all bands that share it. */
function panOf(fit: Fit, choice: GuideChoice): BandGroup['pan'] {
  if (choice === 'synthesise') return fit;
  return { weights: fit.weights.map((w) => (w === 0 ? 0 : 1)), offset: 0 };
}
