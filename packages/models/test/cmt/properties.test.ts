import { fft2, haar2, input, mul, random, square, sum } from '@bandweave/graph';
import { expect, test } from 'vitest';
import { fourierDistance, hybridLoss } from '../../src/cmt/index.js';
import { runGraph } from '../run-graph.js';

const normal = (length: number, seed: number) => {
  const source = random(seed);
  return Float32Array.from({ length }, () => source.normal());
};

test('of white noise all three parts are of one size: 0.798, 0.886 and 0.798 deviations', async () => {
  const shape = [4, 4, 64, 64];
  const { pixels, fourier, wavelet } = hybridLoss(input('x', shape), input('y', shape));
  const length = 4 * 4 * 64 * 64;
  const found = await runGraph(
    { pixels, fourier, wavelet },
    { x: normal(length, 1), y: new Float32Array(length) },
  );
  // sqrt(2 / pi) of a normal number, sqrt(pi) / 2 of a complex one; one percent over 65,536.
  const expected = { pixels: Math.sqrt(2 / Math.PI), fourier: Math.sqrt(Math.PI) / 2 };
  expect(found.pixels[0]).toBeCloseTo(expected.pixels, 2);
  expect(found.fourier[0] / expected.fourier).toBeGreaterThan(0.99);
  expect(found.fourier[0] / expected.fourier).toBeLessThan(1.01);
  expect(found.wavelet[0]).toBeCloseTo(expected.pixels, 2);
});

test('a shift by a pixel leaves amplitudes alone and is seen all the same', async () => {
  const [x, y] = [input('x', [1, 1, 16, 16]), input('y', [1, 1, 16, 16])];
  const power = (t: typeof x) => {
    const { real, imaginary } = fft2({ real: t }, { norm: 'ortho' });
    return { real: square(real), imaginary: square(imaginary) };
  };
  const values = normal(256, 2);
  const shifted = values.map((_, i) => values[16 * Math.floor(i / 16) + ((i + 15) % 16)]);
  const [a, b] = [power(x), power(y)];
  const { loss, ar, ai, br, bi } = await runGraph(
    {
      loss: hybridLoss(x, y).fourier,
      ar: a.real,
      ai: a.imaginary,
      br: b.real,
      bi: b.imaginary,
    },
    { x: values, y: shifted },
  );
  const amplitude = (re: Float32Array, im: Float32Array) => re.map((v, i) => Math.sqrt(v + im[i]));
  expect(amplitude(ar, ai)).toBeAllclose(amplitude(br, bi), { atol: 1e-5 });
  expect(loss[0]).toBeGreaterThan(0.5);
});

test('both transforms keep the energy to a millionth', async () => {
  const x = input('x', [1, 2, 32, 32]);
  const { real, imaginary } = fft2({ real: x }, { norm: 'ortho' });
  const { own, re, im, haar } = await runGraph(
    {
      own: sum(square(x)),
      re: sum(square(real)),
      im: sum(square(imaginary)),
      haar: sum(square(haar2(x))),
    },
    { x: normal(2048, 3) },
  );
  expect((re[0] + im[0]) / own[0]).toBeCloseTo(1, 5);
  expect(haar[0] / own[0]).toBeCloseTo(1, 5);
});

test('a carrier times a modulator has lines at sum and difference of their frequencies alone', async () => {
  const length = 64;
  const wave = (k: number) =>
    Float32Array.from({ length }, (_, n) => Math.cos((2 * Math.PI * k * n) / length));
  const [carrier, modulator] = [input('carrier', [1, length]), input('modulator', [1, length])];
  const { real, imaginary } = fft2({ real: mul(carrier, modulator) }, { norm: 'ortho' });
  const { re, im } = await runGraph(
    { re: real, im: imaginary },
    { carrier: wave(20), modulator: wave(3) },
  );
  const lines = Array.from(re, (v, k) => (Math.hypot(v, im[k]) > 1e-4 ? k : -1)).filter(
    (k) => k >= 0,
  );
  expect(lines).toEqual([17, 23, 41, 47]);
});

test('the Fourier part of a constant is its first coefficient alone', async () => {
  const x = input('x', [1, 1, 8, 8]);
  const { loss } = await runGraph(
    { loss: fourierDistance(x) },
    { x: new Float32Array(64).fill(0.2) },
  );
  expect(loss[0]).toBeCloseTo((0.2 * 8) / 64, 6);
});
