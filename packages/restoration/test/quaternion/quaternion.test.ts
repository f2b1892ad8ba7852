import { symmetricEigen } from '@bandweave/image';
import { expect, test } from 'vitest';
import {
  inverseQuaternionFft,
  type QuaternionMatrix,
  quaternionFft,
  quaternionImage,
  quaternionSvd,
  withSingularValues,
} from '../../src/index.js';
import { random, shapes } from '../random.js';

const PARTS = ['w', 'x', 'y', 'z'] as const;

function made(height: number, width: number, seed: number): QuaternionMatrix {
  const next = random(seed);
  const part = () => Float64Array.from({ length: height * width }, next);
  return { height, width, w: part(), x: part(), y: part(), z: part() };
}

function product(a: readonly number[], b: readonly number[]): number[] {
  const [aw, ax, ay, az] = a;
  const [bw, bx, by, bz] = b;
  return [
    aw * bw - ax * bx - ay * by - az * bz,
    aw * bx + ax * bw + ay * bz - az * by,
    aw * by - ax * bz + ay * bw + az * bx,
    aw * bz + ax * by - ay * bx + az * bw,
  ];
}

test('the quaternion transform is its definition with the grey axis on the left', () => {
  const [height, width] = [4, 6];
  const q = made(height, width, 3);
  const spectrum = quaternionFft(q);
  for (const [v, u] of [
    [0, 0],
    [1, 2],
    [3, 5],
  ]) {
    const sum = [0, 0, 0, 0];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const angle = -2 * Math.PI * ((v * y) / height + (u * x) / width);
        const grey = Math.sin(angle) / Math.sqrt(3);
        const at = y * width + x;
        const term = product(
          [Math.cos(angle), grey, grey, grey],
          PARTS.map((k) => q[k][at]),
        );
        term.forEach((value, k) => {
          sum[k] += value;
        });
      }
    }
    expect(PARTS.map((k) => spectrum[k][v * width + u])).toBeAllclose(sum, {
      rtol: 0,
      atol: 1e-12,
    });
  }
  const back = inverseQuaternionFft(spectrum);
  for (const k of PARTS) expect(back[k]).toBeAllclose(q[k], { rtol: 0, atol: 1e-13 });
});

test.each([
  [5, 3],
  [3, 6],
  [4, 4],
])('singular values of %d x %d are those of the real representation, each four times', (m, n) => {
  const q = made(m, n, 11 * m + n);
  // Left multiplication as a real 4x4 block of each entry.
  const rows = 4 * m;
  const cols = 4 * n;
  const real = new Float64Array(rows * cols);
  for (let r = 0; r < m; r++) {
    for (let c = 0; c < n; c++) {
      const entry = PARTS.map((k) => q[k][r * n + c]);
      [
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 0, 1, 0],
        [0, 0, 0, 1],
      ].forEach((unit, k) => {
        product(entry, unit).forEach((value, i) => {
          real[(i * m + r) * cols + k * n + c] = value;
        });
      });
    }
  }
  const gram = new Float64Array(cols * cols);
  for (let i = 0; i < cols; i++) {
    for (let k = 0; k < cols; k++) {
      for (let r = 0; r < rows; r++) gram[i * cols + k] += real[r * cols + i] * real[r * cols + k];
    }
  }
  const { values } = symmetricEigen(gram, cols);
  const { s } = quaternionSvd(q);
  const expected = Array.from(s, (_, i) => Math.sqrt(values[4 * i]));
  expect(s.length).toBe(Math.min(m, n));
  expect(s).toBeAllclose(expected, { rtol: 1e-9, atol: 0 });
});

test('a quaternion matrix is the product of its factors, also where it lacks rank', () => {
  const picture = quaternionImage(shapes(9));
  const flat = { ...picture, y: picture.x, z: picture.x };
  for (const q of [made(6, 4, 5), picture, flat]) {
    const svd = quaternionSvd(q);
    const back = withSingularValues(svd, svd.s);
    for (const k of PARTS) expect(back[k]).toBeAllclose(q[k], { rtol: 0, atol: 1e-10 });
  }
});

test('a picture of four bands is no quaternion picture', () => {
  const raster = { bands: 4, height: 1, width: 1, data: new Float64Array(4) };
  expect(() => quaternionImage(raster)).toThrow(/expected 3 bands, got 4/);
});
