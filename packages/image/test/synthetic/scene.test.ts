import { describe, expect, test } from 'vitest';
import { findSensor } from '../../src/sensors.js';
import { syntheticScene } from '../../src/synthetic/scene.js';

const wv3 = findSensor('worldview-3');
const scene = syntheticScene({ height: 256, width: 256, sensor: wv3, seed: 4 });
const plane = (b: number) => scene.truth.data.subarray(b * 65536, (b + 1) * 65536);
const mean = (values: ArrayLike<number>) => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
};

describe('syntheticScene', () => {
  test('gives truth and PAN on one grid and MS at the ratio', () => {
    expect([scene.truth.bands, scene.truth.height, scene.truth.width]).toEqual([8, 256, 256]);
    expect([scene.pan.bands, scene.pan.height, scene.pan.width]).toEqual([1, 256, 256]);
    expect([scene.ms.bands, scene.ms.height, scene.ms.width]).toEqual([8, 64, 64]);
    expect(scene.truth.data).toBeInstanceOf(Uint16Array);
    expect(scene.truth.data.reduce((a, b) => Math.max(a, b))).toBeLessThanOrEqual(2047);
    expect(scene.wavelengths[0]).toBe(425);
  });

  test('is the same to the last bit for one seed and another for another', () => {
    const again = syntheticScene({ height: 256, width: 256, sensor: wv3, seed: 4 });
    expect(again.truth.data).toEqual(scene.truth.data);
    expect(again.pan.data).toEqual(scene.pan.data);
    expect(again.ms.data).toEqual(scene.ms.data);
    const other = syntheticScene({ height: 256, width: 256, sensor: wv3, seed: 5 });
    expect(other.truth.data).not.toEqual(scene.truth.data);
  });

  test('puts MS half a PAN pixel off the corner, where the toolboxes sample it', () => {
    // sample 0 stands at PAN pixel 2, whose centre is 2.5 pixels in; an MS pixel is 4 wide
    expect(scene.msTransform[2]).toBeCloseTo(2.5 * 0.5 - 2 * 0.5, 12);
    expect(scene.msTransform[5]).toBeCloseTo(128 - 0.25, 12);
    expect(scene.msTransform[0]).toBe(2);
  });

  test('keeps the mean of truth in MS: an MTF filter has a gain of one at zero frequency', () => {
    for (let b = 0; b < 8; b++) {
      const ms = mean(scene.ms.data.subarray(b * 4096, (b + 1) * 4096));
      expect(ms / mean(plane(b))).toBeGreaterThan(0.97);
      expect(ms / mean(plane(b))).toBeLessThan(1.03);
    }
  });

  test('makes MS smoother than truth taken at the same places', () => {
    const spread = (at: (r: number, c: number) => number) => {
      let sum = 0;
      for (let r = 1; r < 63; r++)
        for (let c = 1; c < 63; c++) sum += (at(r, c) - at(r, c - 1)) ** 2;
      return sum;
    };
    const coarse = spread((r, c) => scene.ms.data[4 * 4096 + r * 64 + c]!);
    const sharp = spread((r, c) => plane(4)[(4 * r + 2) * 256 + 4 * c + 2]!);
    expect(coarse).toBeLessThan(0.8 * sharp);
    expect(coarse).toBeGreaterThan(0.2 * sharp);
  });

  test('lets PAN follow the bands inside its range within a few percent', () => {
    // a plain least-squares fit of PAN by blue, green, yellow and red leaves little over
    const rows = [1, 2, 3, 4, 5].map(plane);
    const normal = rows.map((a) => rows.map((b) => a.reduce((sum, v, i) => sum + v * b[i]!, 0)));
    const right = rows.map((a) => a.reduce((sum, v, i) => sum + v * scene.pan.data[i]!, 0));
    const weights = solve(normal, right);
    let error = 0;
    for (let i = 0; i < 65536; i++) {
      const fit = rows.reduce((sum, row, k) => sum + weights[k]! * row[i]!, 0);
      error += (fit - scene.pan.data[i]!) ** 2;
    }
    expect(Math.sqrt(error / 65536) / mean(scene.pan.data)).toBeLessThan(0.06);
    expect(weights.reduce((sum, w) => sum + w, 0)).toBeGreaterThan(0.7);
  });

  test('names landmarks whose colours are what they are called', () => {
    const wide = syntheticScene({ height: 768, width: 768, sensor: wv3, seed: 1 });
    const at = (name: string, band: number) => {
      const mark = wide.landmarks.find((landmark) => landmark.name === name)!;
      return wide.truth.data[(band * 768 + mark.row) * 768 + mark.col]!;
    };
    const names = wide.landmarks.map((landmark) => landmark.name);
    expect(names).toContain('water');
    expect(names.length).toBeGreaterThanOrEqual(5);
    expect(at('water', 6)).toBeLessThan(at('water', 1));
    const green = names.find((name) => ['crop', 'grass', 'trees'].includes(name))!;
    expect(at(green, 6)).toBeGreaterThan(3 * at(green, 4));
  });

  test('serves sensors with other bands and ratios', () => {
    const quickbird = syntheticScene({ height: 128, width: 192, sensor: findSensor('quickbird') });
    expect([quickbird.ms.bands, quickbird.ms.height, quickbird.ms.width]).toEqual([4, 32, 48]);
    const oli = syntheticScene({ height: 128, width: 128, sensor: findSensor('landsat-8') });
    expect([oli.ms.bands, oli.ms.height]).toEqual([7, 64]);
    expect(oli.truth.data.reduce((a, b) => Math.max(a, b))).toBeGreaterThan(2047);
  });

  test('refuses sizes off the ratio and sensors without a PAN', () => {
    expect(() => syntheticScene({ height: 130, width: 128, sensor: wv3 })).toThrow(/multiple of 4/);
    expect(() =>
      syntheticScene({ height: 128, width: 128, sensor: findSensor('sentinel-2') }),
    ).toThrow(/with a PAN/);
  });
});

function solve(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = rows[i]![k]! / rows[k]![k]!;
      for (let j = k; j <= n; j++) rows[i]![j]! -= factor * rows[k]![j]!;
    }
  }
  return rows.map((row, i) => row[n]! / row[i]!);
}
