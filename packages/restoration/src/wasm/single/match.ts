/** Distances of patches: sums of squared differences, and those that are near enough to keep. */

import {
  type Code,
  type FunctionCode,
  f32x4,
  f64,
  get,
  i32,
  i32x4,
  kernel,
  move,
  set,
  TYPE,
  when,
  whileTrue,
} from '../assembler.js';

const { i32: int, v128 } = TYPE;
const more = (local: number) => i32.lessThan(i32.of(0), get(local));

/**
 * out[r, x] = Σ over `side` rows from r·step on and over the planes of (a - b)², r below `rows`, x
 * below `count` rounded up to eights. The difference of a row is worked out once: what leaves the
 * sum is taken off again. `scratch` holds 32 bytes for each row of differences.
 */
export function columnSums(bands: 1 | 3): FunctionCode {
  return kernel(
    `columnSums${bands}`,
    ['out', 'a', 'b', 'count', 'side', 'row', 'plane', 'step', 'rows', 'pitch', 'scratch'],
    {
      a0: int,
      a1: int,
      a2: int,
      b0: int,
      b1: int,
      b2: int,
      i: int,
      r: int,
      to: int,
      enter: int,
      leave: int,
      s0: v128,
      s1: v128,
      d0: v128,
      d1: v128,
      t: v128,
    },
    (l) => {
      const a = [l.a0, l.a1, l.a2].slice(0, bands);
      const b = [l.b0, l.b1, l.b2].slice(0, bands);
      const { add, sub, mul, load, store } = f32x4;
      const d = [l.d0, l.d1];
      const s = [l.s0, l.s1];
      /** The next row of differences: added, and kept for when it leaves. */
      const oneRow: Code[] = [
        ...a.flatMap((plane, k) =>
          d.flatMap((local, h) => [
            set(l.t, sub(load(get(plane), 16 * h), load(get(b[k]), 16 * h))),
            set(
              local,
              k === 0 ? mul(get(l.t), get(l.t)) : add(get(local), mul(get(l.t), get(l.t))),
            ),
          ]),
        ),
        ...d.flatMap((local, h) => [
          store(get(l.enter), get(local), 16 * h),
          set(s[h], add(get(s[h]), get(local))),
        ]),
        move(l.enter, 32),
        ...[...a, ...b].map((local) => set(local, i32.add(get(local), get(l.row)))),
      ];
      const write: Code[] = [
        ...s.map((local, h) => store(get(l.to), get(local), 16 * h)),
        set(l.to, i32.add(get(l.to), get(l.pitch))),
      ];
      return [
        whileTrue(more(l.count), [
          ...[a, b].flatMap((planes, which) =>
            planes.map((local, k) =>
              set(
                local,
                k === 0 ? get(which === 0 ? l.a : l.b) : i32.add(get(planes[k - 1]), get(l.plane)),
              ),
            ),
          ),
          set(l.enter, get(l.scratch)),
          set(l.leave, get(l.scratch)),
          set(l.to, get(l.out)),
          ...s.map((local) => set(local, f32x4.zero)),
          set(l.i, get(l.side)),
          whileTrue(more(l.i), [...oneRow, move(l.i, -1)]),
          ...write,
          set(l.r, i32.sub(get(l.rows), i32.of(1))),
          whileTrue(more(l.r), [
            set(l.i, get(l.step)),
            whileTrue(more(l.i), [
              ...oneRow,
              ...s.map((local, h) => set(local, sub(get(local), load(get(l.leave), 16 * h)))),
              move(l.leave, 32),
              move(l.i, -1),
            ]),
            ...write,
            move(l.r, -1),
          ]),
          ...[l.a, l.b, l.out].map((local) => move(local, 32)),
          move(l.count, -8),
        ]),
      ];
    },
  );
}

/** What a distance's bits are multiplied by: below it a candidate's number has room. */
export const ORDINALS = 2 ** 22;

/**
 * Of `count` positions x, those with Σ_{j<side} v[x + j] ≤ limits[x] get a candidate: the bits of
 * that distance times `ORDINALS` plus `ordinal`, so that candidates sort by distance, then number.
 * Lists lie `capacity` bytes apart.
 */
export function select(): FunctionCode {
  return kernel(
    'select',
    ['v', 'limits', 'lists', 'lengths', 'capacity', 'count', 'side', 'ordinal', 'scratch'],
    { at: int, j: int, bits: int, lane: int, length: int, sum: v128 },
    (l) => {
      const four = (base: number) => i32.shiftLeft(get(base), i32.of(2));
      const append: Code[] = [
        set(l.lane, i32.trailingZeros(get(l.bits))),
        set(l.bits, i32.and(get(l.bits), i32.sub(get(l.bits), i32.of(1)))),
        set(l.at, i32.add(get(l.lengths), four(l.lane))),
        set(l.length, i32.load(get(l.at))),
        i32.store(get(l.at), i32.add(get(l.length), i32.of(1))),
        f64.store(
          i32.add(
            i32.add(get(l.lists), i32.mul(get(l.lane), get(l.capacity))),
            i32.shiftLeft(get(l.length), i32.of(3)),
          ),
          f64.add(
            f64.mul(
              f64.fromUnsigned(i32.load(i32.add(get(l.scratch), four(l.lane)))),
              f64.of(ORDINALS),
            ),
            f64.fromUnsigned(get(l.ordinal)),
          ),
        ),
      ];
      return [
        whileTrue(more(l.count), [
          set(l.sum, f32x4.load(get(l.v))),
          set(l.at, i32.add(get(l.v), i32.of(4))),
          set(l.j, i32.sub(get(l.side), i32.of(1))),
          whileTrue(more(l.j), [
            set(l.sum, f32x4.add(get(l.sum), f32x4.load(get(l.at)))),
            move(l.at, 4),
            move(l.j, -1),
          ]),
          // Rounding may leave what is nothing just below it.
          set(l.sum, f32x4.abs(get(l.sum))),
          set(l.bits, i32x4.bits(f32x4.lessOrEqual(get(l.sum), f32x4.load(get(l.limits))))),
          when(i32.lessThan(get(l.count), i32.of(4)), [
            set(
              l.bits,
              i32.and(get(l.bits), i32.sub(i32.shiftLeft(i32.of(1), get(l.count)), i32.of(1))),
            ),
          ]),
          when(get(l.bits), [
            f32x4.store(get(l.scratch), get(l.sum)),
            whileTrue(get(l.bits), append),
          ]),
          move(l.v, 16),
          move(l.limits, 16),
          move(l.lengths, 16),
          set(l.lists, i32.add(get(l.lists), four(l.capacity))),
          move(l.count, -4),
        ]),
      ];
    },
  );
}
