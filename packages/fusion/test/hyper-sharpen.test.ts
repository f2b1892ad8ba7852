import { describe, expect, test } from 'vitest';
import { findMethod, fitGuideArrays, fuseArrays, groupBands, hyperSharpen } from '../src/index.js';

/** Two guide bands of different texture, and a cube whose bands are sums of them, coarser by 4. */
function madePair(size = 48, ratio = 4) {
  const plane = size * size;
  const guide = new Float64Array(2 * plane);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      guide[y * size + x] = 100 + 30 * Math.sin(x / 5) + 20 * Math.cos(y / 3);
      guide[plane + y * size + x] = 80 + 25 * Math.cos(x / 4 + y / 7);
    }
  }
  const mix = [
    [1, 0],
    [0.5, 0.5],
    [0, 1],
  ];
  const fine = new Float64Array(3 * plane);
  mix.forEach(([a, b], k) => {
    for (let i = 0; i < plane; i++) fine[k * plane + i] = a * guide[i] + b * guide[plane + i];
  });
  const low = size / ratio;
  const ms = new Float64Array(3 * low * low);
  for (let k = 0; k < 3; k++) {
    for (let y = 0; y < low; y++) {
      for (let x = 0; x < low; x++) {
        let sum = 0;
        for (let v = 0; v < ratio; v++) {
          for (let u = 0; u < ratio; u++) {
            sum += fine[k * plane + (y * ratio + v) * size + x * ratio + u];
          }
        }
        ms[(k * low + y) * low + x] = sum / ratio ** 2;
      }
    }
  }
  return {
    guide: { bands: 2, height: size, width: size, data: guide },
    ms: { bands: 3, height: low, width: low, data: ms },
    fine,
  };
}

const rmse = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return Math.sqrt(sum / a.length);
};

describe('hyper-sharpening in memory', () => {
  test('weights of a cube made of the guide are found again', () => {
    const { bands } = fitGuideArrays(madePair());
    expect(bands[0].weights[0]).toBeCloseTo(1, 1);
    expect(bands[1].weights[0]).toBeCloseTo(0.5, 1);
    expect(bands[2].weights[1]).toBeCloseTo(1, 1);
    expect(Math.min(...bands.map((fit) => fit.correlation))).toBeGreaterThan(0.99);
  });

  test.each(['mtf-glp-fs', 'mtf-glp-hpm'])(
    '%s comes far nearer to the truth than enlargement',
    (name) => {
      const { guide, ms, fine } = madePair();
      const sharp = hyperSharpen({ guide, ms }, findMethod(name));
      const plain = hyperSharpen({ guide, ms }, findMethod('exp'));
      expect(rmse(sharp.data, fine)).toBeLessThan(0.4 * rmse(plain.data, fine));
    },
  );

  test('of selected guide bands, bands of the same one are fused as one image', () => {
    const { guide, ms } = madePair();
    const first = { ...guide, bands: 1, data: guide.data.slice(0, 48 * 48) };
    const own = { ...ms, bands: 1, data: ms.data.slice(0, 144) };
    const options = { choice: 'select', mtfGain: 0.3 } as const;
    const method = findMethod('mtf-glp');
    const whole = hyperSharpen({ guide, ms }, method, options);
    const alone = fuseArrays({ pan: first, ms: own }, method, { msGains: [0.3] });
    expect(rmse(whole.data.subarray(0, 48 * 48), alone.data)).toBeLessThan(1e-9);
  });
});

test('methods with an intensity see neighbours, others only the bands of their own PAN', () => {
  const fits = Array.from({ length: 40 }, (_, k) => ({
    weights: [k, 1],
    offset: 0,
    correlation: 1,
  }));
  const ask = { fits, choice: 'synthesise', bands: [20, 3] } as const;
  const [wide] = groupBands({ ...ask, method: 'gsa' });
  expect(wide.seen.length).toBe(16);
  expect(wide.seen[wide.places[0]]).toBe(20);
  const [narrow] = groupBands({ ...ask, method: 'mtf-glp' });
  expect(narrow.seen).toEqual([20]);
});
