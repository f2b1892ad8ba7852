/**
 * Matrices of quaternions q = w + x i + y j + z k (i² = j² = k² = ijk = -1). A colour picture is a
 * pure one: red, green and blue are x, y and z, and w is nothing (Pei, Cheng 1997).
 */

import { InputError, type Raster } from '@bandweave/image';

/** Four real matrices, [height, width] each. */
export interface QuaternionMatrix {
  readonly height: number;
  readonly width: number;
  readonly w: Float64Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
}

/** A matrix of zeros. */
export function quaternionZeros(height: number, width: number): QuaternionMatrix {
  const part = () => new Float64Array(height * width);
  return { height, width, w: part(), x: part(), y: part(), z: part() };
}

/** A picture of three bands as a pure quaternion matrix. */
export function quaternionImage({ bands, height, width, data }: Raster): QuaternionMatrix {
  if (bands !== 3) {
    throw new InputError(`quaternionImage: expected 3 bands, got ${bands}; pick three of them.`);
  }
  const size = height * width;
  const part = (band: number) => Float64Array.from(data.subarray(band * size, (band + 1) * size));
  return { height, width, w: new Float64Array(size), x: part(0), y: part(1), z: part(2) };
}

/** The conjugate transpose: w stays, x, y and z change sign. */
export function adjoint({ height, width, w, x, y, z }: QuaternionMatrix): QuaternionMatrix {
  const out = quaternionZeros(width, height);
  for (let r = 0; r < height; r++) {
    for (let c = 0; c < width; c++) {
      const from = r * width + c;
      const to = c * height + r;
      out.w[to] = w[from];
      out.x[to] = -x[from];
      out.y[to] = -y[from];
      out.z[to] = -z[from];
    }
  }
  return out;
}
