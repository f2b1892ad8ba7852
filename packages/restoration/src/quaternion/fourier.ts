/**
 * The quaternion Fourier transform with the axis μ = (i + j + k)/√3 on the left (Ell, Sangwine
 * 2007): F[u,v] = Σ exp(-2πμ(uy/h + vx/w)) q[y,x]. Split along μ it is two complex transforms.
 */

import { type Complex, fft2, ifft2 } from '../fourier/fft.js';
import { type QuaternionMatrix, quaternionZeros } from './matrix.js';

const [S2, S3, S6] = [Math.SQRT1_2, 1 / Math.sqrt(3), 1 / Math.sqrt(6)];

/** μ, ν and ξ = μν: a right-handed frame whose first axis is grey. */
const MU = [S3, S3, S3] as const;
const NU = [S2, -S2, 0] as const;
const XI = [S6, S6, -2 * S6] as const;

/** The transform, without a factor. */
export function quaternionFft(q: QuaternionMatrix): QuaternionMatrix {
  return throughPlanes(q, fft2);
}

/** Its inverse, with the factor 1/(height · width). */
export function inverseQuaternionFft(q: QuaternionMatrix): QuaternionMatrix {
  return throughPlanes(q, ifft2);
}

function throughPlanes(q: QuaternionMatrix, transform: typeof fft2): QuaternionMatrix {
  const n = q.w.length;
  // q = (w + aμ) + (b + cμ)ν: multiplication from the left by exp(μφ) acts on each bracket alone.
  const simplex: Complex = { re: Float64Array.from(q.w), im: new Float64Array(n) };
  const perplex: Complex = { re: new Float64Array(n), im: new Float64Array(n) };
  for (let i = 0; i < n; i++) {
    const [x, y, z] = [q.x[i], q.y[i], q.z[i]];
    simplex.im[i] = x * MU[0] + y * MU[1] + z * MU[2];
    perplex.re[i] = x * NU[0] + y * NU[1];
    perplex.im[i] = x * XI[0] + y * XI[1] + z * XI[2];
  }
  transform(simplex, q);
  transform(perplex, q);
  const out = quaternionZeros(q.height, q.width);
  for (let i = 0; i < n; i++) {
    const [a, b, c] = [simplex.im[i], perplex.re[i], perplex.im[i]];
    out.w[i] = simplex.re[i];
    out.x[i] = a * MU[0] + b * NU[0] + c * XI[0];
    out.y[i] = a * MU[1] + b * NU[1] + c * XI[1];
    out.z[i] = a * MU[2] + b * NU[2] + c * XI[2];
  }
  return out;
}
