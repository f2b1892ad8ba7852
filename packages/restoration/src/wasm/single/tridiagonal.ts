/**
 * Eigenvalues of a matrix of three diagonals by bisection, sixteen at a time in floats, and their
 * vectors by twisted factorisation, four at a time in doubles.
 *
 * @see Dhillon, Parlett 2004, Orthogonal eigenvectors and relative gaps (the twist)
 */

import {
  v128 as bits,
  type Code,
  type FunctionCode,
  f32,
  f32x4,
  f64,
  f64x2,
  get,
  i32,
  i32x4,
  kernel,
  move,
  repeatWhile,
  set,
  TYPE,
} from '../assembler.js';

const { i32: int, f64: double, v128 } = TYPE;
const more = (local: number) => i32.lessThan(i32.of(0), get(local));
const FOUR = [0, 1, 2, 3] as const;

/**
 * Halves sixteen intervals `steps` times. In lane j the one of [low, high] stays that holds the
 * eigenvalue with `wanted` larger ones; `counts` gets how many exceed the last middle.
 *
 * The pivots of T - xI are q_i = (d_i - x) - e²_(i-1)/q_(i-1); as many are positive as eigenvalues
 * exceed x (Sylvester).
 */
export function bisect(): FunctionCode {
  return kernel(
    'bisect',
    ['d', 'squares', 'n', 'low', 'high', 'wanted', 'counts', 'steps'],
    {
      dp: int,
      sp: int,
      k: int,
      x0: v128,
      x1: v128,
      x2: v128,
      x3: v128,
      q0: v128,
      q1: v128,
      q2: v128,
      q3: v128,
      c0: v128,
      c1: v128,
      c2: v128,
      c3: v128,
      ds: v128,
      es: v128,
      half: v128,
    },
    (l) => {
      const x = [l.x0, l.x1, l.x2, l.x3];
      const q = [l.q0, l.q1, l.q2, l.q3];
      const c = [l.c0, l.c1, l.c2, l.c3];
      const count = (lane: number) =>
        set(c[lane], i32x4.sub(get(c[lane]), f32x4.greaterThan(get(q[lane]), f32x4.zero)));
      return [
        set(l.half, f32x4.splat(f32.of(0.5))),
        repeatWhile(more(l.steps), [
          set(l.dp, get(l.d)),
          set(l.sp, get(l.squares)),
          set(l.ds, f32x4.spread(get(l.dp))),
          ...FOUR.flatMap((lane) => [
            set(
              x[lane],
              f32x4.mul(
                get(l.half),
                f32x4.add(f32x4.load(get(l.low), 16 * lane), f32x4.load(get(l.high), 16 * lane)),
              ),
            ),
            set(q[lane], f32x4.sub(get(l.ds), get(x[lane]))),
            set(c[lane], f32x4.zero),
            count(lane),
          ]),
          set(l.k, i32.sub(get(l.n), i32.of(1))),
          repeatWhile(more(l.k), [
            move(l.dp, 4),
            set(l.ds, f32x4.spread(get(l.dp))),
            set(l.es, f32x4.spread(get(l.sp))),
            move(l.sp, 4),
            ...FOUR.flatMap((lane) => [
              set(
                q[lane],
                f32x4.sub(f32x4.sub(get(l.ds), get(x[lane])), f32x4.div(get(l.es), get(q[lane]))),
              ),
              count(lane),
            ]),
            move(l.k, -1),
          ]),
          ...FOUR.flatMap((lane) => {
            const above = i32x4.greaterThan(get(c[lane]), f32x4.load(get(l.wanted), 16 * lane));
            return [
              f32x4.store(get(l.counts), get(c[lane]), 16 * lane),
              set(q[lane], above),
              f32x4.store(
                get(l.low),
                bits.select(get(x[lane]), f32x4.load(get(l.low), 16 * lane), get(q[lane])),
                16 * lane,
              ),
              f32x4.store(
                get(l.high),
                bits.select(f32x4.load(get(l.high), 16 * lane), get(x[lane]), get(q[lane])),
                16 * lane,
              ),
            ];
          }),
          move(l.steps, -1),
        ]),
      ];
    },
  );
}

/**
 * One step of Rayleigh's quotient for four eigenvalues λ: T - λI is factored from both ends, the
 * vector z[i][lane] is 1 where the two meet with the smallest pivot γ. Then `lengths` gets 1/|z|
 * and λ becomes λ + γ/|z|².
 *
 * `work` holds 8 · 16 bytes for each row: pivots from the front and the back, and their inverses.
 */
export function twist(): FunctionCode {
  return kernel(
    'twist',
    ['d', 'e', 'squares', 'n', 'values', 'z', 'lengths', 'work', 'tiny'],
    {
      k: int,
      front: int,
      back: int,
      at: int,
      dp: int,
      ep: int,
      to: int,
      f0: v128,
      f1: v128,
      b0: v128,
      b1: v128,
      l0: v128,
      l1: v128,
      ds: v128,
      es: v128,
      i0: v128,
      i1: v128,
      least: v128,
      one: v128,
      g0: v128,
      g1: v128,
      r0: v128,
      r1: v128,
      index: v128,
      step: double,
      mask: v128,
    },
    (l) => {
      const { add, sub, mul, div, abs, load, store, spread, negative } = f64x2;
      const VALUES = [l.l0, l.l1];
      const FRONT = [l.f0, l.f1];
      const BACK = [l.b0, l.b1];
      const INVERSE = [l.i0, l.i1];
      const GAMMA = [l.g0, l.g1];
      const TWIST = [l.r0, l.r1];
      const two = [0, 1] as const;
      const offset = (base: number, index: Code, shift: number) =>
        i32.add(get(base), i32.shiftLeft(index, i32.of(shift)));
      const lastIndex = i32.sub(get(l.n), i32.of(1));
      /** Not 0, whatever its size. */
      const safe = (local: number) =>
        set(
          local,
          bits.select(get(l.least), get(local), f64x2.lessThan(abs(get(local)), get(l.least))),
        );
      /** Stores pivot and inverse of row `where`; the inverse stays in INVERSE. */
      const keep = (pivots: readonly number[], where: number, from: number): Code[] =>
        two.flatMap((h) => [
          safe(pivots[h]),
          set(INVERSE[h], div(get(l.one), get(pivots[h]))),
          store(get(where), get(pivots[h]), from + 16 * h),
          store(get(where), get(INVERSE[h]), from + 32 + 16 * h),
        ]);
      const next = (pivots: readonly number[], dAt: Code, sAt: Code): Code[] => [
        set(l.ds, spread(dAt)),
        set(l.es, spread(sAt)),
        ...two.map((h) =>
          set(pivots[h], sub(sub(get(l.ds), get(VALUES[h])), mul(get(l.es), get(INVERSE[h])))),
        ),
      ];
      const factor: Code[] = [
        set(l.one, f64x2.splat(f64.of(1))),
        set(l.least, spread(get(l.tiny))),
        ...two.map((h) => set(VALUES[h], load(get(l.values), 16 * h))),
        set(l.front, get(l.work)),
        set(l.ds, spread(get(l.d))),
        ...two.map((h) => set(FRONT[h], sub(get(l.ds), get(VALUES[h])))),
        ...keep(FRONT, l.front, 0),
        set(l.dp, get(l.d)),
        set(l.ep, get(l.squares)),
        set(l.k, lastIndex),
        set(l.back, offset(l.work, lastIndex, 7)),
        set(l.at, offset(l.d, lastIndex, 3)),
        set(l.to, offset(l.squares, lastIndex, 3)),
        // The inverse of the front's last pivot waits in memory while the back has its turn.
        set(l.ds, spread(get(l.at))),
        ...two.map((h) => set(BACK[h], sub(get(l.ds), get(VALUES[h])))),
        ...keep(BACK, l.back, 64),
        repeatWhile(more(l.k), [
          ...two.map((h) => set(INVERSE[h], load(get(l.front), 32 + 16 * h))),
          move(l.front, 128),
          move(l.dp, 8),
          ...next(FRONT, get(l.dp), get(l.ep)),
          move(l.ep, 8),
          ...keep(FRONT, l.front, 0),
          ...two.map((h) => set(INVERSE[h], load(get(l.back), 96 + 16 * h))),
          move(l.back, -128),
          move(l.at, -8),
          move(l.to, -8),
          ...next(BACK, get(l.at), get(l.to)),
          ...keep(BACK, l.back, 64),
          move(l.k, -1),
        ]),
      ];
      /** γ_i = front + back - (d_i - λ); the smallest. */
      const choose: Code[] = [
        set(l.front, get(l.work)),
        set(l.dp, get(l.d)),
        set(l.k, get(l.n)),
        set(l.step, f64.of(0)),
        ...two.flatMap((h) => [
          set(GAMMA[h], f64x2.splat(f64.of(Number.POSITIVE_INFINITY))),
          set(TWIST[h], f64x2.zero),
        ]),
        repeatWhile(more(l.k), [
          set(l.ds, spread(get(l.dp))),
          set(l.index, f64x2.splat(get(l.step))),
          ...two.flatMap((h) => [
            set(
              l.es,
              sub(
                add(load(get(l.front), 16 * h), load(get(l.front), 64 + 16 * h)),
                sub(get(l.ds), get(VALUES[h])),
              ),
            ),
            set(l.mask, f64x2.lessThan(abs(get(l.es)), abs(get(GAMMA[h])))),
            set(GAMMA[h], bits.select(get(l.es), get(GAMMA[h]), get(l.mask))),
            set(TWIST[h], bits.select(get(l.index), get(TWIST[h]), get(l.mask))),
          ]),
          move(l.front, 128),
          move(l.dp, 8),
          set(l.step, f64.add(get(l.step), f64.of(1))),
          move(l.k, -1),
        ]),
      ];
      /** FRONT holds z of the row before, BACK the sums of squares. */
      const sweepUp: Code[] = [
        // From the last row to the first: below the twist z stays 0 for the moment.
        set(l.to, offset(l.z, lastIndex, 5)),
        set(l.front, offset(l.work, lastIndex, 7)),
        set(l.ep, offset(l.e, lastIndex, 3)),
        set(l.k, get(l.n)),
        ...two.flatMap((h) => [set(FRONT[h], f64x2.zero), set(BACK[h], f64x2.zero)]),
        repeatWhile(more(l.k), [
          set(l.step, f64.sub(get(l.step), f64.of(1))),
          set(l.index, f64x2.splat(get(l.step))),
          set(l.es, spread(get(l.ep))),
          ...two.flatMap((h) => [
            // e of the last row is 0, and so is z there unless the twist is.
            set(
              FRONT[h],
              negative(mul(mul(get(l.es), load(get(l.front), 32 + 16 * h)), get(FRONT[h]))),
            ),
            set(
              FRONT[h],
              bits.select(get(l.one), get(FRONT[h]), f64x2.equal(get(l.index), get(TWIST[h]))),
            ),
            set(BACK[h], add(get(BACK[h]), mul(get(FRONT[h]), get(FRONT[h])))),
            store(get(l.to), get(FRONT[h]), 16 * h),
          ]),
          move(l.to, -32),
          move(l.front, -128),
          move(l.ep, -8),
          move(l.k, -1),
        ]),
      ];
      const sweepDown: Code[] = [
        set(l.to, get(l.z)),
        set(l.front, get(l.work)),
        set(l.ep, i32.sub(get(l.e), i32.of(8))),
        set(l.k, get(l.n)),
        set(l.step, f64.of(0)),
        ...two.map((h) => set(FRONT[h], f64x2.zero)),
        repeatWhile(more(l.k), [
          set(l.index, f64x2.splat(get(l.step))),
          set(l.es, spread(get(l.ep))),
          ...two.flatMap((h) => [
            set(
              FRONT[h],
              negative(mul(mul(get(l.es), load(get(l.front), 96 + 16 * h)), get(FRONT[h]))),
            ),
            set(l.mask, f64x2.lessThan(get(TWIST[h]), get(l.index))),
            set(
              BACK[h],
              add(get(BACK[h]), bits.and(mul(get(FRONT[h]), get(FRONT[h])), get(l.mask))),
            ),
            set(FRONT[h], bits.select(get(FRONT[h]), load(get(l.to), 16 * h), get(l.mask))),
            store(get(l.to), get(FRONT[h]), 16 * h),
          ]),
          move(l.to, 32),
          move(l.front, 128),
          move(l.ep, 8),
          set(l.step, f64.add(get(l.step), f64.of(1))),
          move(l.k, -1),
        ]),
      ];
      const finish: Code[] = two.flatMap((h) => [
        set(INVERSE[h], div(get(l.one), get(BACK[h]))),
        store(get(l.values), add(get(VALUES[h]), mul(get(GAMMA[h]), get(INVERSE[h]))), 16 * h),
        store(get(l.lengths), f64x2.root(get(INVERSE[h])), 16 * h),
      ]);
      return [...factor, ...choose, ...sweepUp, ...sweepDown, ...finish];
    },
  );
}
