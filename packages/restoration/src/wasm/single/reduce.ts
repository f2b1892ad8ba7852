/**
 * Householder's reduction of a symmetric matrix of floats to three diagonals, and the reflections
 * of vectors. The rank-two change of one step and the product with the next reflector share one
 * walk over the matrix, which is what the time goes into.
 */

import {
  type Code,
  type FunctionCode,
  f32,
  f32x4,
  f64,
  get,
  i32,
  kernel,
  move,
  repeatWhile,
  set,
  TYPE,
  when,
} from '../assembler.js';

const { i32: int, f32: float, v128 } = TYPE;
const more = (local: number) => i32.lessThan(i32.of(0), get(local));

/** The sum of the four lanes. */
const total = (local: number): Code =>
  f32.add(
    f32.add(f32x4.lane(get(local), 0), f32x4.lane(get(local), 1)),
    f32.add(f32x4.lane(get(local), 2), f32x4.lane(get(local), 3)),
  );

const add = f32x4.add;
const sub = f32x4.sub;
const mul = f32x4.mul;

/**
 * Q T Qᵀ = A: d and e (doubles) of T, the reflector that empties row i in row i - 1 of r, its
 * factor in inverses. `old` and `p` are rows of zeros to begin with.
 */
export function reduce(): FunctionCode {
  return kernel(
    'reduce',
    ['a', 'n', 'ld', 'r', 'inverses', 'd', 'e', 'old', 'p'],
    {
      i: int,
      row: int,
      u: int,
      k: int,
      j: int,
      a0: int,
      a1: int,
      up: int,
      vp: int,
      wp: int,
      uj: int,
      vj: int,
      q: int,
      swap: int,
      before: int,
      last: float,
      alpha: float,
      inverse: float,
      sum: float,
      s0: v128,
      s1: v128,
      u0: v128,
      u1: v128,
      v0: v128,
      v1: v128,
      us: v128,
      vs: v128,
      ws: v128,
      t0: v128,
      t1: v128,
    },
    (l) => {
      const at = (base: number, index: Code) => i32.add(get(base), i32.shiftLeft(index, i32.of(2)));
      /** Row i itself: the change that waits, and copied to u; s0 gets its squares. */
      const ownRow: Code[] = [
        set(l.u0, f32x4.spread(at(l.before, get(l.i)))),
        set(l.v0, f32x4.spread(at(l.old, get(l.i)))),
        set(l.k, get(l.row)),
        set(l.up, get(l.before)),
        set(l.vp, get(l.old)),
        set(l.j, i32.add(get(l.i), i32.of(1))),
        repeatWhile(more(l.j), [
          set(
            l.t0,
            sub(
              sub(f32x4.load(get(l.k)), mul(get(l.u0), f32x4.load(get(l.vp)))),
              mul(get(l.v0), f32x4.load(get(l.up))),
            ),
          ),
          f32x4.store(get(l.k), get(l.t0)),
          ...[l.k, l.up, l.vp].map((local) => move(local, 16)),
          move(l.j, -4),
        ]),
        f64.store(get(l.d), f64.promote(f32.load(at(l.row, get(l.i))))),
        move(l.d, -8),
      ];
      const reflector: Code[] = [
        f32x4.store(at(l.row, get(l.i)), f32x4.zero),
        set(l.s0, f32x4.zero),
        set(l.k, get(l.row)),
        set(l.up, get(l.u)),
        set(l.j, get(l.i)),
        repeatWhile(more(l.j), [
          set(l.t0, f32x4.load(get(l.k))),
          f32x4.store(get(l.up), get(l.t0)),
          set(l.s0, add(get(l.s0), mul(get(l.t0), get(l.t0)))),
          move(l.k, 16),
          move(l.up, 16),
          move(l.j, -4),
        ]),
        f32x4.store(get(l.up), f32x4.zero),
        set(l.sum, total(l.s0)),
        set(l.last, f32.load(at(l.row, i32.sub(get(l.i), i32.of(1))))),
        set(l.alpha, f32.negative(f32.withSign(f32.root(get(l.sum)), get(l.last)))),
        set(l.inverse, f32.of(0)),
        when(f32.greaterThan(get(l.sum), f32.of(1e-30)), [
          set(
            l.inverse,
            f32.div(f32.of(1), f32.sub(get(l.sum), f32.mul(get(l.last), get(l.alpha)))),
          ),
        ]),
        f64.store(get(l.e), f64.promote(get(l.alpha))),
        move(l.e, -8),
        f32.store(at(l.u, i32.sub(get(l.i), i32.of(1))), f32.sub(get(l.last), get(l.alpha))),
        f32.store(at(l.inverses, i32.sub(get(l.i), i32.of(1))), get(l.inverse)),
      ];
      /** One four of two rows: the change that waits, and the product with u. */
      const four = (offset: number): Code[] => [
        set(l.us, f32x4.load(get(l.up), offset)),
        set(l.vs, f32x4.load(get(l.vp), offset)),
        set(l.ws, f32x4.load(get(l.wp), offset)),
        set(
          l.t0,
          sub(
            sub(f32x4.load(get(l.a0), offset), mul(get(l.u0), get(l.vs))),
            mul(get(l.v0), get(l.us)),
          ),
        ),
        set(
          l.t1,
          sub(
            sub(f32x4.load(get(l.a1), offset), mul(get(l.u1), get(l.vs))),
            mul(get(l.v1), get(l.us)),
          ),
        ),
        f32x4.store(get(l.a0), get(l.t0), offset),
        f32x4.store(get(l.a1), get(l.t1), offset),
        set(l.s0, add(get(l.s0), mul(get(l.t0), get(l.ws)))),
        set(l.s1, add(get(l.s1), mul(get(l.t1), get(l.ws)))),
      ];
      const rows: Code[] = [
        set(l.j, get(l.i)),
        set(l.swap, get(l.a)),
        set(l.uj, get(l.before)),
        set(l.vj, get(l.old)),
        set(l.q, get(l.p)),
        repeatWhile(more(l.j), [
          set(l.u0, f32x4.spread(get(l.uj))),
          set(l.u1, f32x4.spread(get(l.uj), 4)),
          set(l.v0, f32x4.spread(get(l.vj))),
          set(l.v1, f32x4.spread(get(l.vj), 4)),
          set(l.s0, f32x4.zero),
          set(l.s1, f32x4.zero),
          set(l.a0, get(l.swap)),
          set(l.a1, i32.add(get(l.a0), get(l.ld))),
          set(l.up, get(l.before)),
          set(l.vp, get(l.old)),
          set(l.wp, get(l.u)),
          set(l.k, get(l.i)),
          repeatWhile(more(l.k), [
            ...four(0),
            ...four(16),
            ...[l.a0, l.a1, l.up, l.vp, l.wp].map((local) => move(local, 32)),
            move(l.k, -8),
          ]),
          f32.store(get(l.q), total(l.s0)),
          f32.store(i32.add(get(l.q), i32.of(4)), total(l.s1)),
          move(l.q, 8),
          move(l.uj, 8),
          move(l.vj, 8),
          set(l.swap, i32.add(i32.add(get(l.swap), get(l.ld)), get(l.ld))),
          move(l.j, -2),
        ]),
      ];
      /** p ← inverse (p - ½ inverse (p·u) u), zero from i on. */
      const finish: Code[] = [
        ...[0, 16].map((offset) => f32x4.store(at(l.p, get(l.i)), f32x4.zero, offset)),
        set(l.s0, f32x4.zero),
        set(l.k, get(l.p)),
        set(l.up, get(l.u)),
        set(l.j, get(l.i)),
        repeatWhile(more(l.j), [
          set(l.s0, add(get(l.s0), mul(f32x4.load(get(l.k)), f32x4.load(get(l.up))))),
          move(l.k, 16),
          move(l.up, 16),
          move(l.j, -4),
        ]),
        set(l.u0, f32x4.splat(f32.mul(f32.of(0.5), f32.mul(get(l.inverse), total(l.s0))))),
        set(l.v0, f32x4.splat(get(l.inverse))),
        set(l.k, get(l.p)),
        set(l.up, get(l.u)),
        set(l.j, get(l.i)),
        repeatWhile(more(l.j), [
          f32x4.store(
            get(l.k),
            mul(get(l.v0), sub(f32x4.load(get(l.k)), mul(get(l.u0), f32x4.load(get(l.up))))),
          ),
          move(l.k, 16),
          move(l.up, 16),
          move(l.j, -4),
        ]),
      ];
      return [
        set(l.i, i32.sub(get(l.n), i32.of(1))),
        set(l.d, i32.add(get(l.d), i32.shiftLeft(get(l.i), i32.of(3)))),
        set(l.e, i32.add(get(l.e), i32.sub(i32.shiftLeft(get(l.i), i32.of(3)), i32.of(8)))),
        set(l.row, i32.add(get(l.a), i32.mul(get(l.i), get(l.ld)))),
        set(l.u, i32.add(get(l.r), i32.mul(i32.sub(get(l.i), i32.of(1)), get(l.ld)))),
        set(l.before, get(l.old)),
        when(more(l.i), [
          repeatWhile(more(l.i), [
            ...ownRow,
            ...reflector,
            ...rows,
            ...finish,
            set(l.swap, get(l.old)),
            set(l.old, get(l.p)),
            set(l.p, get(l.swap)),
            set(l.before, get(l.u)),
            set(l.row, i32.sub(get(l.row), get(l.ld))),
            set(l.u, i32.sub(get(l.u), get(l.ld))),
            move(l.i, -1),
          ]),
        ]),
        ...ownRow,
      ];
    },
  );
}

/**
 * For the 4 rows v of V and each reflector u_i of `count` rows of R: v -= (v·u_i) inverse_i u_i.
 * The i-th reflector has i + 1 entries and zeros up to the next multiple of eight.
 */
export function reflect(): FunctionCode {
  return kernel(
    'reflect',
    ['v', 'r', 'inverses', 'count', 'ld'],
    {
      length: int,
      k: int,
      rp: int,
      v0: int,
      v1: int,
      v2: int,
      v3: int,
      s0: v128,
      s1: v128,
      s2: v128,
      s3: v128,
      us: v128,
    },
    (l) => {
      const rows = [l.v0, l.v1, l.v2, l.v3];
      const sums = [l.s0, l.s1, l.s2, l.s3];
      const rewind: Code[] = [
        set(l.v0, get(l.v)),
        ...[1, 2, 3].map((r) => set(rows[r], i32.add(get(rows[r - 1]), get(l.ld)))),
        set(l.rp, get(l.r)),
        set(l.k, get(l.length)),
      ];
      const ahead: Code[] = [...[l.rp, ...rows].map((local) => move(local, 16)), move(l.k, -4)];
      return [
        set(l.length, i32.of(1)),
        repeatWhile(more(l.count), [
          ...sums.map((sum) => set(sum, f32x4.zero)),
          ...rewind,
          repeatWhile(more(l.k), [
            set(l.us, f32x4.load(get(l.rp))),
            ...sums.map((sum, r) =>
              set(sum, add(get(sum), mul(get(l.us), f32x4.load(get(rows[r]))))),
            ),
            ...ahead,
          ]),
          ...sums.map((sum) =>
            set(sum, f32x4.splat(f32.mul(f32.load(get(l.inverses)), total(sum)))),
          ),
          ...rewind,
          repeatWhile(more(l.k), [
            set(l.us, f32x4.load(get(l.rp))),
            ...rows.map((row, r) =>
              f32x4.store(get(row), sub(f32x4.load(get(row)), mul(get(l.us), get(sums[r])))),
            ),
            ...ahead,
          ]),
          set(l.r, i32.add(get(l.r), get(l.ld))),
          move(l.inverses, 4),
          move(l.length, 1),
          move(l.count, -1),
        ]),
      ];
    },
  );
}
