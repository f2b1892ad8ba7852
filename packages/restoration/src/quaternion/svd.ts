/**
 * The proper quaternion singular value decomposition, by one-sided Jacobi rotations (Hestenes
 * 1958) of quaternion columns: small values keep their relative accuracy, which a Gram matrix
 * would lose. Groups of patches take the faster road of `patches/`.
 */

import { adjoint, type QuaternionMatrix, quaternionZeros } from './matrix.js';

export interface QuaternionSvd {
  /** min(height, width) values, descending. */
  readonly s: Float64Array;
  /** [height, min]: unit columns; a column of zeros where the value is 0. */
  readonly u: QuaternionMatrix;
  /** [width, min]: unit columns; q = u diag(s) v*. */
  readonly v: QuaternionMatrix;
}

const SWEEPS = 60;
const PARTS = ['w', 'x', 'y', 'z'] as const;

/** Singular values and vectors of a quaternion matrix, economy size. */
export function quaternionSvd(q: QuaternionMatrix): QuaternionSvd {
  if (q.height < q.width) {
    const { s, u, v } = quaternionSvd(adjoint(q));
    return { s, u: v, v: u };
  }
  const n = q.width;
  const a = columnsOf(q);
  const v = columnsOf(identity(n));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let rotated = 0;
    for (let p = 0; p < n - 1; p++) {
      for (let r = p + 1; r < n; r++) if (rotate(a, v, [p, r])) rotated++;
    }
    if (rotated === 0) break;
  }
  const lengths = a.map(norm);
  const order = lengths.map((_, i) => i).sort((i, k) => lengths[k] - lengths[i]);
  const s = Float64Array.from(order, (i) => lengths[i]);
  const u = order.map((i) => a[i].map((value) => (lengths[i] > 0 ? value / lengths[i] : 0)));
  return {
    s,
    u: fromColumns(u, q.height),
    v: fromColumns(
      order.map((i) => v[i]),
      n,
    ),
  };
}

/** Σ values[i] u_i v_i*: the matrix with other singular values. */
export function withSingularValues(
  { u, v }: QuaternionSvd,
  values: ArrayLike<number>,
): QuaternionMatrix {
  const [m, n, count] = [u.height, v.height, u.width];
  const out = quaternionZeros(m, n);
  for (let r = 0; r < m; r++) {
    for (let c = 0; c < n; c++) {
      let [sw, sx, sy, sz] = [0, 0, 0, 0];
      for (let i = 0; i < count; i++) {
        const [at, to] = [r * count + i, c * count + i];
        const [aw, ax, ay, az] = [u.w[at], u.x[at], u.y[at], u.z[at]];
        const [bw, bx, by, bz] = [v.w[to], -v.x[to], -v.y[to], -v.z[to]];
        sw += values[i] * (aw * bw - ax * bx - ay * by - az * bz);
        sx += values[i] * (aw * bx + ax * bw + ay * bz - az * by);
        sy += values[i] * (aw * by - ax * bz + ay * bw + az * bx);
        sz += values[i] * (aw * bz + ax * by - ay * bx + az * bw);
      }
      const at = r * n + c;
      out.w[at] = sw;
      out.x[at] = sx;
      out.y[at] = sy;
      out.z[at] = sz;
    }
  }
  return out;
}

/** A column: w, x, y, z of each row in turn. */
type Column = Float64Array;

function columnsOf(q: QuaternionMatrix): Column[] {
  return Array.from({ length: q.width }, (_, c) => {
    const column = new Float64Array(4 * q.height);
    for (let r = 0; r < q.height; r++) {
      PARTS.forEach((part, k) => {
        column[4 * r + k] = q[part][r * q.width + c];
      });
    }
    return column;
  });
}

function fromColumns(columns: readonly Column[], height: number): QuaternionMatrix {
  const out = quaternionZeros(height, columns.length);
  columns.forEach((column, c) => {
    for (let r = 0; r < height; r++) {
      PARTS.forEach((part, k) => {
        out[part][r * columns.length + c] = column[4 * r + k];
      });
    }
  });
  return out;
}

function identity(n: number): QuaternionMatrix {
  const out = quaternionZeros(n, n);
  for (let i = 0; i < n; i++) out.w[i * n + i] = 1;
  return out;
}

function norm(column: Column): number {
  let sum = 0;
  for (const value of column) sum += value * value;
  return Math.sqrt(sum);
}

/** Makes two columns of `a` orthogonal; false where they are already. */
function rotate(a: Column[], v: Column[], [p, r]: readonly [number, number]): boolean {
  const [ap, ar] = [a[p], a[r]];
  const [alpha, beta] = [norm(ap) ** 2, norm(ar) ** 2];
  // γ = a_p* a_r, a quaternion.
  let [gw, gx, gy, gz] = [0, 0, 0, 0];
  for (let i = 0; i < ap.length; i += 4) {
    const [bw, bx, by, bz] = [ap[i], -ap[i + 1], -ap[i + 2], -ap[i + 3]];
    const [cw, cx, cy, cz] = [ar[i], ar[i + 1], ar[i + 2], ar[i + 3]];
    gw += bw * cw - bx * cx - by * cy - bz * cz;
    gx += bw * cx + bx * cw + by * cz - bz * cy;
    gy += bw * cy - bx * cz + by * cw + bz * cx;
    gz += bw * cz + bx * cy - by * cx + bz * cw;
  }
  const size = Math.hypot(gw, gx, gy, gz);
  if (!(size > 1e-15 * Math.sqrt(alpha * beta))) return false;
  // Times the conjugate phase from the right γ becomes real; then it is the real rotation.
  const phase = [gw / size, -gx / size, -gy / size, -gz / size] as const;
  const zeta = (beta - alpha) / (2 * size);
  const t = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const cos = 1 / Math.sqrt(1 + t * t);
  for (const matrix of [a, v]) mix(matrix[p], matrix[r], { phase, cos, sin: cos * t });
  return true;
}

interface Rotation {
  readonly phase: readonly [number, number, number, number];
  readonly cos: number;
  readonly sin: number;
}

function mix(left: Column, right: Column, { phase, cos, sin }: Rotation): void {
  const [pw, px, py, pz] = phase;
  for (let i = 0; i < left.length; i += 4) {
    const [cw, cx, cy, cz] = [right[i], right[i + 1], right[i + 2], right[i + 3]];
    const turned = [
      cw * pw - cx * px - cy * py - cz * pz,
      cw * px + cx * pw + cy * pz - cz * py,
      cw * py - cx * pz + cy * pw + cz * px,
      cw * pz + cx * py - cy * px + cz * pw,
    ];
    for (let k = 0; k < 4; k++) {
      const value = left[i + k];
      left[i + k] = cos * value - sin * turned[k];
      right[i + k] = sin * value + cos * turned[k];
    }
  }
}
