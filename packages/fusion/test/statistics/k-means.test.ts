import { randomFrom } from '@bandweave/image';
import { expect, test } from 'vitest';
import { SAMPLES, seededCentres } from '../../src/statistics/k-means.js';

const BANDS = 2;

/** Samples around centres, most of them around the first, as `addSamples` leaves them. */
function samples(centres: readonly (readonly number[])[], seed: number): Float64Array {
  const random = randomFrom(seed);
  const sums = new Float64Array(SAMPLES * (BANDS + 1));
  for (let i = 0; i < SAMPLES; i++) {
    const share = random.next();
    const own = share < 0.6 ? 0 : 1 + Math.floor(((share - 0.6) / 0.4) * (centres.length - 1));
    sums[i * (BANDS + 1)] = 1;
    for (let k = 0; k < BANDS; k++) {
      const grain = random.next() + random.next() + random.next() - 1.5;
      sums[i * (BANDS + 1) + 1 + k] = centres[own][k] + 25 * grain;
    }
  }
  return sums;
}

const CENTRES = [
  [400, 300],
  [500, 420],
  [760, 330],
  [300, 610],
  [900, 880],
];

test('every group has its centre, whatever the samples', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const found = seededCentres(samples(CENTRES, seed), { bands: BANDS, classes: 5 });
    for (const [x, y] of CENTRES) {
      const away = Array.from({ length: 5 }, (_, i) =>
        Math.hypot(found[i * BANDS] - x, found[i * BANDS + 1] - y),
      );
      expect(Math.min(...away)).toBeLessThan(12);
    }
  }
});

test('rounding the samples moves no centre by more than a count', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const exact = samples(CENTRES, seed);
    const options = { bands: BANDS, classes: 5 };
    const found = seededCentres(exact, options);
    const rounded = seededCentres(exact.map(Math.round), options);
    const sorted = (centres: number[]) =>
      Array.from({ length: 5 }, (_, i) => centres.slice(i * BANDS, (i + 1) * BANDS)).sort(
        (a, b) => a[0] - b[0],
      );
    sorted(found).forEach((centre, i) => {
      expect(Math.abs(centre[0] - sorted(rounded)[i][0])).toBeLessThan(1);
    });
  }
});

test('without samples there are centres all the same', () => {
  const none = new Float64Array(SAMPLES * (BANDS + 1));
  expect(seededCentres(none, { bands: BANDS, classes: 3 })).toEqual(new Array(6).fill(0));
});
