/** Products of small matrices of floats, four rows by eight columns at a time. */

import {
  type Code,
  type FunctionCode,
  f32,
  f32x4,
  get,
  i32,
  kernel,
  move,
  repeatWhile,
  set,
  TYPE,
  whileTrue,
} from '../assembler.js';

const { i32: int, v128 } = TYPE;
const FOUR = [0, 1, 2, 3] as const;

/** C[i, j] = Σ_k X(i, k) B[k, j]; see `SingleKernels`. */
export function product(): FunctionCode {
  return kernel(
    'product',
    ['c', 'x', 'b', 'rowStep', 'step', 'depth', 'columns', 'ldb', 'ldc'],
    {
      k: int,
      bp: int,
      x0: int,
      x1: int,
      x2: int,
      x3: int,
      out: int,
      a0: v128,
      a1: v128,
      a2: v128,
      a3: v128,
      a4: v128,
      a5: v128,
      a6: v128,
      a7: v128,
      b0: v128,
      b1: v128,
      xs: v128,
    },
    (l) => {
      const rows = [l.x0, l.x1, l.x2, l.x3];
      const sums = [l.a0, l.a1, l.a2, l.a3, l.a4, l.a5, l.a6, l.a7];
      const add = (sum: number, b: number) =>
        set(sum, f32x4.add(get(sum), f32x4.mul(get(l.xs), get(b))));
      const block = (wide: boolean): Code[] => [
        ...sums.map((sum) => set(sum, f32x4.zero)),
        set(l.k, get(l.depth)),
        set(l.bp, get(l.b)),
        set(l.x0, get(l.x)),
        ...[1, 2, 3].map((r) => set(rows[r], i32.add(get(rows[r - 1]), get(l.rowStep)))),
        repeatWhile(get(l.k), [
          set(l.b0, f32x4.load(get(l.bp))),
          ...(wide ? [set(l.b1, f32x4.load(get(l.bp), 16))] : []),
          ...FOUR.flatMap((r) => [
            set(l.xs, f32x4.spread(get(rows[r]))),
            add(sums[2 * r], l.b0),
            ...(wide ? [add(sums[2 * r + 1], l.b1)] : []),
          ]),
          set(l.bp, i32.add(get(l.bp), get(l.ldb))),
          ...rows.map((row) => set(row, i32.add(get(row), get(l.step)))),
          move(l.k, -1),
        ]),
        set(l.out, get(l.c)),
        ...FOUR.flatMap((r) => [
          f32x4.store(get(l.out), get(sums[2 * r])),
          ...(wide ? [f32x4.store(get(l.out), get(sums[2 * r + 1]), 16)] : []),
          set(l.out, i32.add(get(l.out), get(l.ldc))),
        ]),
        move(l.c, wide ? 32 : 16),
        move(l.b, wide ? 32 : 16),
        move(l.columns, wide ? -8 : -4),
      ];
      return [
        whileTrue(i32.lessThan(i32.of(4), get(l.columns)), block(true)),
        whileTrue(i32.lessThan(i32.of(0), get(l.columns)), block(false)),
      ];
    },
  );
}

/** What is above the diagonal becomes what is below. */
export function mirror(): FunctionCode {
  return kernel('mirror', ['a', 'n', 'ld'], { row: int, column: int, i: int, k: int }, (l) => [
    set(l.i, i32.of(1)),
    set(l.row, i32.add(get(l.a), get(l.ld))),
    set(l.a, i32.add(get(l.a), i32.of(4))),
    whileTrue(i32.lessThan(get(l.i), get(l.n)), [
      set(l.k, get(l.i)),
      set(l.column, get(l.a)),
      repeatWhile(get(l.k), [
        f32.store(get(l.column), f32.load(get(l.row))),
        set(l.column, i32.add(get(l.column), get(l.ld))),
        move(l.row, 4),
        move(l.k, -1),
      ]),
      // Back to the row's start, then on to the next.
      set(l.row, i32.add(i32.sub(get(l.row), i32.shiftLeft(get(l.i), i32.of(2))), get(l.ld))),
      move(l.a, 4),
      move(l.i, 1),
    ]),
  ]);
}
