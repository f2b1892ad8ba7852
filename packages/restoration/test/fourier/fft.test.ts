import { expect, test } from 'vitest';
import { fft2, ifft2 } from '../../src/fourier/fft.js';
import { random } from '../random.js';

/** The definition, term by term. */
function naive(re: Float64Array, im: Float64Array, height: number, width: number) {
  const out = { re: new Float64Array(re.length), im: new Float64Array(re.length) };
  for (let v = 0; v < height; v++) {
    for (let u = 0; u < width; u++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const angle = -2 * Math.PI * ((v * y) / height + (u * x) / width);
          const [c, s] = [Math.cos(angle), Math.sin(angle)];
          const at = y * width + x;
          out.re[v * width + u] += re[at] * c - im[at] * s;
          out.im[v * width + u] += re[at] * s + im[at] * c;
        }
      }
    }
  }
  return out;
}

test.each([
  [8, 8],
  [6, 10],
  [7, 5],
  [1, 9],
  [12, 1],
])('the transform of %d x %d is its definition, and the inverse undoes it', (height, width) => {
  const next = random(height * 31 + width);
  const fill = () => Float64Array.from({ length: height * width }, next);
  const f = { re: fill(), im: fill() };
  const [re, im] = [f.re.slice(), f.im.slice()];
  const expected = naive(re, im, height, width);
  fft2(f, { height, width });
  expect(f.re).toBeAllclose(expected.re, { rtol: 0, atol: 1e-12 });
  expect(f.im).toBeAllclose(expected.im, { rtol: 0, atol: 1e-12 });
  ifft2(f, { height, width });
  expect(f.re).toBeAllclose(re, { rtol: 0, atol: 1e-13 });
  expect(f.im).toBeAllclose(im, { rtol: 0, atol: 1e-13 });
});
