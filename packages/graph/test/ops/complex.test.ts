import fc from 'fast-check';
import { expect, test } from 'vitest';
import { constant, input, type Tensor } from '../../src/core/tensor.js';
import * as ops from '../../src/ops/index.js';
import { checkAdjoint, dot } from '../support/adjoint.js';
import { apply, checkGradient, evaluate, normals } from '../support/evaluate.js';

test('atan2 is right in every quadrant and on the axes', async () => {
  const y = [1, 1, -1, -1, 0, 0, 1, -1, 0, 1e-20, -0];
  const x = [1, -2, -3, 4, 1, -1, 0, 0, 0, 1e-20, -1];
  const got = await apply(ops.atan2, [
    { shape: [11], values: y },
    { shape: [11], values: x },
  ]);
  const expected = y.map((v, i) => Math.atan2(v, x[i]));
  expected[10] = Math.PI;
  expect(got).toBeAllclose(expected, { atol: 1e-6 });
});

test('atan2 has the right gradient, and none at the origin', async () => {
  await checkGradient(
    ops.atan2,
    [
      { shape: [3, 4], values: normals(12, 1).map((v) => v + Math.sign(v)) },
      { shape: [4], values: [1.5, -1.2, 2, -3] },
    ],
    { dtype: 'float32', step: 1e-2, rtol: 2e-3, atol: 5e-4 },
  );
  const { grad } = await import('../../src/core/grad.js');
  const zero = { shape: [1], values: [0] };
  const both = (a: Tensor, b: Tensor) => grad(ops.sum(ops.atan2(a, b)), [a, b]);
  expect(await apply((a, b) => both(a, b)[0], [zero, zero])).toEqual([0]);
});

test('the Gabor wavelet has the values of its formula', async () => {
  // cmath.exp(30j * u - (10 * u) ** 2) in Python.
  const u = { shape: [4], values: [0, 0.005, 0.05, 0.2] };
  const part = (name: 'real' | 'imaginary') =>
    apply((x) => ops.gabor(x, { omega: 30, sigma: 10 })[name], [u]);
  expect(await part('real')).toBeAllclose([1, 0.98630224, 0.05509019, 0.01758613], { atol: 1e-6 });
  expect(await part('imaginary')).toBeAllclose([0, 0.149065, 0.77684988, -0.00511767], {
    atol: 1e-6,
  });
});

test('the Gabor wavelet has right gradients, those of its parameters too', async () => {
  await checkGradient(
    (x, omega, sigma) => {
      const { real, imaginary } = ops.gabor(x, { omega, sigma });
      return ops.add(real, ops.square(imaginary));
    },
    [{ shape: [2, 3] }, { shape: [], values: [1.7] }, { shape: [], values: [0.6] }],
    { rtol: 1e-5 },
  );
});

/** The sum that defines the transform. */
function naiveDft([re, im]: number[][], [h, w]: number[]): [number[], number[]] {
  const out: [number[], number[]] = [[], []];
  for (let k = 0; k < h; k++) {
    for (let l = 0; l < w; l++) {
      let [a, b] = [0, 0];
      for (let m = 0; m < h; m++) {
        for (let n = 0; n < w; n++) {
          const angle = -2 * Math.PI * ((k * m) / h + (l * n) / w);
          const [c, s] = [Math.cos(angle), Math.sin(angle)];
          a += re[m * w + n] * c - im[m * w + n] * s;
          b += re[m * w + n] * s + im[m * w + n] * c;
        }
      }
      out[0].push(a);
      out[1].push(b);
    }
  }
  return out;
}

const sizes = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 8 }));

test('fft2 gives the sums that define it, at any size; the inverse undoes it', async () => {
  await fc.assert(
    fc.asyncProperty(
      sizes,
      fc.constantFrom<ops.FourierNorm>('backward', 'ortho', 'forward'),
      async ([h, w], norm) => {
        const parts = [normals(h * w, 1), normals(h * w, 2)];
        const [real, imaginary] = parts.map((p) => constant(p, [1, h, w], 'float64'));
        const z = ops.fft2({ real, imaginary }, { norm });
        const back = ops.ifft2(z, { norm });
        const [a, b, c, d] = await evaluate([z.real, z.imaginary, back.real, back.imaginary]);
        const scale =
          norm === 'backward' ? 1 : norm === 'ortho' ? 1 / Math.sqrt(h * w) : 1 / (h * w);
        const expected = naiveDft(parts, [h, w]);
        expect(a).toBeAllclose(
          expected[0].map((v) => v * scale),
          { atol: 1e-11 },
        );
        expect(b).toBeAllclose(
          expected[1].map((v) => v * scale),
          { atol: 1e-11 },
        );
        expect([...c, ...d]).toBeAllclose(parts.flat(), { atol: 1e-12 });
        if (norm === 'ortho') {
          // Parseval: a rotation keeps the energy.
          const before = dot(parts.flat(), parts.flat());
          expect([dot(a, a) + dot(b, b)]).toBeAllclose([before], { rtol: 1e-11 });
        }
      },
    ),
    { numRuns: 25 },
  );
});

test('rfft2 is the left half of fft2, and irfft2 undoes it at even and odd widths', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, async ([h, w]) => {
      const values = normals(2 * h * w, 4);
      const real = constant(values, [2, h, w], 'float64');
      const half = ops.rfft2(real);
      const columns = [{ axis: -1, stop: Math.floor(w / 2) + 1 }];
      const whole = ops.fft2({ real });
      const [a, b, c, d, back] = await evaluate([
        half.real,
        half.imaginary,
        ops.slice(whole.real, columns),
        ops.slice(whole.imaginary, columns),
        ops.irfft2(half, { width: w }),
      ]);
      expect([...a, ...b]).toBeAllclose([...c, ...d], { atol: 1e-11 });
      expect(back).toBeAllclose(values, { atol: 1e-12 });
    }),
    { numRuns: 15 },
  );
});

test.each([
  ['fft2', (x: Tensor) => ops.fft2({ real: x }).imaginary],
  ['ifft2', (x: Tensor) => ops.ifft2({ real: x, imaginary: ops.neg(x) }).real],
  ['rfft2', (x: Tensor) => ops.rfft2(x).real],
  ['irfft2', (x: Tensor) => ops.irfft2({ real: x, imaginary: ops.mul(x, 2) }, { width: 11 })],
])('%s and its gradient are adjoint', async (_, op) => {
  await checkAdjoint(op, [2, 5, 6]);
  await checkAdjoint(op, [4, 6]);
});

test('parts that do not fit are refused', () => {
  const [a, b] = [input('a', [4, 6]), input('b', [4, 5])];
  expect(() => ops.fft2({ real: a, imaginary: b })).toThrow(
    'fft2: expected parts [...,height,width] of one shape and type, got float32[4,6] and float32[4,5].',
  );
  expect(() => ops.fft2({ real: input('c', [4]) })).toThrow('fft2');
  expect(() => ops.irfft2({ real: a, imaginary: a }, { width: 12 })).toThrow(
    'irfft2: expected a width of 10 or 11, got 12.',
  );
  expect(() => ops.atan2(a, b)).toThrow('atan2: expected shapes that broadcast');
});
