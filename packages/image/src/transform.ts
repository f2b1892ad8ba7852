/**
 * Affine transforms from pixel to world coordinates, with rasterio's order of coefficients:
 * x = a*col + b*row + c, y = d*col + e*row + f, where (col, row) = (0, 0) is the outer corner
 * of the first pixel and its centre is (0.5, 0.5).
 */

export type Transform = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** World coordinates of a pixel position. */
export function apply(
  [a, b, c, d, e, f]: Transform,
  [col, row]: readonly [number, number],
): [number, number] {
  return [a * col + b * row + c, d * col + e * row + f];
}

/** outer after inner: apply(compose(outer, inner), p) = apply(outer, apply(inner, p)). */
export function compose(outer: Transform, inner: Transform): Transform {
  const [a, b, c, d, e, f] = outer;
  const [A, B, C, D, E, F] = inner;
  return [
    a * A + b * D,
    a * B + b * E,
    a * C + b * F + c,
    d * A + e * D,
    d * B + e * E,
    d * C + e * F + f,
  ];
}

/** The transform that undoes `transform`; throws a RangeError where its area is zero. */
export function invert([a, b, c, d, e, f]: Transform): Transform {
  const determinant = a * e - b * d;
  if (!(Math.abs(determinant) > 0)) {
    throw new RangeError('invert: expected a transform with non-zero area, got a degenerate one');
  }
  const A = e / determinant;
  const B = -b / determinant;
  const D = -d / determinant;
  const E = a / determinant;
  return [A, B, -(A * c + B * f), D, E, -(D * c + E * f)];
}

/** From GDAL's order: [c, a, b, f, d, e]. */
export function fromGdal([c, a, b, f, d, e]: readonly number[]): Transform {
  return [a, b, c, d, e, f] as Transform;
}

/** To GDAL's order: [c, a, b, f, d, e]. */
export function toGdal([a, b, c, d, e, f]: Transform): [
  number,
  number,
  number,
  number,
  number,
  number,
] {
  return [c, a, b, f, d, e];
}
