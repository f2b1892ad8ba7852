import { expect, test } from 'vitest';
import { fft, fft2, toComplex } from '../src/fourier.js';

/** The sum of the definition, term by term. */
function naive(re: ArrayLike<number>, im: ArrayLike<number>) {
  const n = re.length;
  const out = { re: new Float64Array(n), im: new Float64Array(n) };
  for (let f = 0; f < n; f++) {
    for (let x = 0; x < n; x++) {
      const angle = (-2 * Math.PI * f * x) / n;
      out.re[f] += re[x] * Math.cos(angle) - im[x] * Math.sin(angle);
      out.im[f] += re[x] * Math.sin(angle) + im[x] * Math.cos(angle);
    }
  }
  return out;
}

const values = (n: number, seed: number) =>
  Float64Array.from({ length: n }, (_, i) => Math.sin((i + 1) * seed) * 10);

test.each([1, 2, 3, 5, 8, 12, 17, 64, 96, 100])('length %i agrees with the definition', (n) => {
  const re = values(n, 12.9898);
  const im = values(n, 78.233);
  const expected = naive(re, im);
  const got = { re: re.slice(), im: im.slice() };
  fft(got);
  expect(got.re).toBeAllclose(expected.re, { atol: 1e-9 });
  expect(got.im).toBeAllclose(expected.im, { atol: 1e-9 });
  fft(got, 'inverse');
  expect(got.re).toBeAllclose(re, { atol: 1e-10 });
  expect(got.im).toBeAllclose(im, { atol: 1e-10 });
});

test('a wave across an image is two points of its spectrum', () => {
  const [height, width] = [6, 10];
  const image = toComplex(
    Float64Array.from({ length: 60 }, (_, i) =>
      Math.cos(2 * Math.PI * ((2 * Math.floor(i / width)) / height + (3 * (i % width)) / width)),
    ),
  );
  fft2(image, { height, width });
  const expected = new Float64Array(60);
  expected[2 * width + 3] = 30;
  expected[4 * width + 7] = 30;
  expect(image.re).toBeAllclose(expected, { atol: 1e-12 });
  expect(image.im).toBeAllclose(new Float64Array(60), { atol: 1e-12 });
});
