import { symmetricEigen } from '@bandweave/image';
import { expect, test } from 'vitest';
import { eigenPieces, SingleEigen, singleRow } from '../../src/single/eigen.js';
import { singleMemory } from '../../src/wasm/single/single.js';
import { random } from '../random.js';

type Matrix = (n: number) => Float64Array;

/** XᵀX; the samples fall with their number where `graded`. */
const gramOf =
  (graded: boolean): Matrix =>
  (n) => {
    const next = random(n);
    const rows = n + 20;
    const x = Float64Array.from({ length: rows * n }, (_, i) => {
      return (next() - 0.5) * (graded ? 1 + 2000 * Math.exp(-(i % n)) : 60);
    });
    const out = new Float64Array(n * n);
    for (let j = 0; j < rows; j++) {
      for (let a = 0; a < n; a++) {
        for (let b = 0; b < n; b++) out[a * n + b] += x[j * n + a] * x[j * n + b];
      }
    }
    return out;
  };

/** I + 1: one eigenvalue n + 1, all others 1. */
const equal: Matrix = (n) =>
  Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 2 : 1));

/** Pairs of equal values, no off-diagonal. */
const split: Matrix = (n) =>
  Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 + ((i % n) >> 1) : 0));

function solved(n: number, matrix: Float64Array, least: number) {
  const { kernels, arrays } = singleMemory(eigenPieces(n));
  const ld = singleRow(n);
  for (let a = 0; a < n; a++) {
    arrays.matrix.set(matrix.subarray(a * n, (a + 1) * n), a * ld);
  }
  const count = new SingleEigen(kernels, arrays).solve(n, least);
  const vectors = Array.from({ length: count }, (_, k) => arrays.vectors.slice(k * ld, k * ld + n));
  return { values: arrays.values.slice(0, count), vectors };
}

const dot = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, i) => sum + value * b[i], 0);

test.each([
  ['noise', gramOf(false), [2, 5, 16, 48, 75, 76, 80, 108]],
  ['strong structure', gramOf(true), [5, 48, 75, 108]],
  ['one value again and again', equal, [6, 33]],
  ['pairs of values', split, [8, 21]],
] as const)('eigenvalues above a bound: %s', (_, make, sizes) => {
  for (const n of sizes) {
    const matrix = make(n);
    const { values } = symmetricEigen(matrix, n);
    const least = (values[n >> 1] + values[Math.max(0, (n >> 1) - 1)]) / 2 - 1e-3;
    const own = solved(n, matrix, least);
    const wanted = values.filter((value) => value > least);
    expect(own.vectors.length).toBe(wanted.length);
    expect(own.values).toBeAllclose(wanted, { rtol: 0, atol: 1e-6 * values[0] });
    own.vectors.forEach((v, k) => {
      for (let other = 0; other <= k; other++) {
        const expected = other === k ? 1 : 0;
        expect(Math.abs(dot(v, own.vectors[other]) - expected)).toBeLessThan(3e-4);
      }
      for (let a = 0; a < n; a++) {
        const row = Float32Array.from(matrix.subarray(a * n, (a + 1) * n));
        expect(Math.abs(dot(row, v) - own.values[k] * v[a])).toBeLessThan(3e-6 * values[0]);
      }
    });
  }
});

test('nothing lies above a bound that is too high, or in a matrix of zeros', () => {
  expect(solved(9, gramOf(false)(9), 1e9).vectors).toEqual([]);
  expect(solved(9, new Float64Array(81), 0).vectors).toEqual([]);
});
