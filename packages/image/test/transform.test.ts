import { expect, test } from 'vitest';
import { affine, type Transform } from '../src/index.js';

const rotated: Transform = [0.5, 0.1, 732154, 0.12, -0.5, 3841173.7];

test('invert undoes apply', () => {
  const point = affine.apply(affine.invert(rotated), affine.apply(rotated, [12.5, 7.25]));
  expect(point).toBeAllclose([12.5, 7.25], { atol: 1e-8 });
});

test('compose applies the inner transform first', () => {
  const inner: Transform = [4, 0, 2, 0, 4, 1];
  const both = affine.apply(affine.compose(rotated, inner), [3, 5]);
  expect(both).toBeAllclose(affine.apply(rotated, affine.apply(inner, [3, 5])), { rtol: 1e-15 });
});

test('the order of GDAL comes back unchanged', () => {
  const gdal = [732154, 0.5, 0.1, 3841173.7, 0.12, -0.5];
  expect(affine.toGdal(affine.fromGdal(gdal))).toEqual(gdal);
});

test('a transform without area is refused', () => {
  expect(() => affine.invert([1, 2, 0, 2, 4, 0])).toThrow(RangeError);
});
