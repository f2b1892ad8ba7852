import { describe, expect, test } from 'vitest';
import {
  alignedAxis,
  coarseGrid,
  estimateResponse,
  makeScene,
  scaleResponse,
  unmixPair,
} from '../src/index.js';

const RATIO = 4;
const SIDE = 48;
const LOW = SIDE / RATIO;
const BANDS = 12;
const RESPONSE = [
  Array.from({ length: BANDS }, (_, k) => (k < 6 ? 1 / 6 : 0)),
  Array.from({ length: BANDS }, (_, k) => (k < 6 ? 0 : 1 / 6)),
];

/** A cube of three spectra whose shares vary over the scene, coarse by the grid's own blur. */
function madePair() {
  const spectra = [0, 1, 2].map((s) =>
    Array.from({ length: BANDS }, (_, k) => 1 + Math.cos((k * (s + 1)) / 4 + s)),
  );
  const fine = new Float64Array(BANDS * SIDE * SIDE);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const a = (x % 12 < 6 ? 1 : 0) * 0.8 + 0.1;
      const b = (1 - a) * (y % 16 < 8 ? 0.8 : 0.2);
      const shares = [a, b, 1 - a - b];
      for (let k = 0; k < BANDS; k++) {
        fine[(k * SIDE + y) * SIDE + x] = shares.reduce((sum, v, s) => sum + v * spectra[s][k], 0);
      }
    }
  }
  const scene = makeScene({
    bands: 1,
    height: SIDE,
    width: SIDE,
    msHeight: LOW,
    msWidth: LOW,
    rows: alignedAxis(RATIO),
    cols: alignedAxis(RATIO),
    msGains: [0.3],
  });
  const coarse = coarseGrid(scene, 0.3);
  const low = new Float64Array(BANDS * LOW * LOW);
  coarse.reduce(fine, low);
  const guide = new Float64Array(2 * SIDE * SIDE);
  for (const [g, row] of RESPONSE.entries()) {
    for (const [k, weight] of row.entries()) {
      for (let i = 0; i < SIDE * SIDE; i++) {
        guide[g * SIDE * SIDE + i] += weight * fine[k * SIDE * SIDE + i];
      }
    }
  }
  return {
    fine,
    coarse,
    ms: { bands: BANDS, height: LOW, width: LOW, data: low },
    guide: { bands: 2, height: SIDE, width: SIDE, data: guide },
  };
}

const rmse = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return Math.sqrt(sum / a.length);
};

describe('coupled factorisation', () => {
  test('brings back a cube of few spectra far better than enlargement, and repeats', async () => {
    const { fine, coarse, ms, guide } = madePair();
    const run = async () => {
      const { spectra, abundances, parts } = await unmixPair(
        { guide, ms },
        { response: RESPONSE, coarse, endmembers: 5 },
      );
      const out = new Float64Array(fine.length);
      for (let k = 0; k < BANDS; k++) {
        for (let a = 0; a < parts; a++) {
          for (let i = 0; i < SIDE * SIDE; i++) {
            out[k * SIDE * SIDE + i] += spectra[k * parts + a] * abundances[a * SIDE * SIDE + i];
          }
        }
      }
      return out;
    };
    const sharp = await run();
    const plain = new Float64Array(fine.length);
    coarse.enlarge(ms.data, plain);
    expect(rmse(sharp, fine)).toBeLessThan(0.35 * rmse(plain, fine));
    expect(sharp).toEqual(await run());
    expect(Math.min(...sharp)).toBeGreaterThanOrEqual(0);
  });

  test('ends where its signal says so', async () => {
    const { coarse, ms, guide } = madePair();
    const signal = AbortSignal.abort(new Error('enough'));
    const run = unmixPair({ guide, ms }, { response: RESPONSE, coarse, signal });
    await expect(run).rejects.toThrow('enough');
  });

  test('refuses responses of other bands', async () => {
    const { coarse, ms, guide } = madePair();
    const run = unmixPair({ guide, ms }, { response: [[1]], coarse });
    await expect(run).rejects.toThrow(/expected responses of 2 guide bands to 12/);
  });
});

test('a response is estimated so that the guide comes out, a known one is scaled to the pair', () => {
  const { coarse, ms, guide } = madePair();
  const seen = new Float64Array(2 * LOW * LOW);
  coarse.reduce(guide.data, seen);
  const pair = { cube: ms.data, guide: seen, pixels: LOW * LOW };
  const estimated = estimateResponse(pair);
  for (const [g, row] of estimated.entries()) {
    expect(Math.min(...row)).toBeGreaterThanOrEqual(0);
    const made = new Float64Array(LOW * LOW);
    for (const [k, w] of row.entries()) {
      for (let i = 0; i < made.length; i++) made[i] += w * ms.data[k * LOW * LOW + i];
    }
    expect(rmse(made, seen.subarray(g * LOW * LOW, (g + 1) * LOW * LOW))).toBeLessThan(0.02);
  }
  const half = RESPONSE.map((row) => row.map((v) => v / 2));
  expect(scaleResponse(half, pair)[0][0]).toBeCloseTo(1 / 6, 6);
});
