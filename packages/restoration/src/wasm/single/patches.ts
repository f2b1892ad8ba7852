/** Patches out of a picture into the rows of a group, and estimates back into sums. */

import {
  type FunctionCode,
  f32x4,
  f64,
  f64x2,
  get,
  i32,
  kernel,
  move,
  repeatWhile,
  set,
  TYPE,
  v128,
  whileTrue,
} from '../assembler.js';

const { i32: int } = TYPE;
const more = (local: number) => i32.lessThan(i32.of(0), get(local));

/**
 * Copies the patches that begin at sample places[j] of the picture into rows of the group and adds them up in
 * `mean`, which is rounded up to fours. A row of a patch is copied in fours; what is too much is
 * overwritten by the next, and after the last by zeros.
 */
export function gather(): FunctionCode {
  return kernel(
    'gather',
    ['group', 'stride', 'mean', 'picture', 'places', 'patches', 'bands', 'side', 'row', 'plane'],
    {
      from: int,
      line: int,
      to: int,
      i: int,
      j: int,
      band: int,
      step: int,
      tail: int,
      at: int,
      sum: int,
    },
    (l) => [
      set(l.step, i32.shiftLeft(get(l.side), i32.of(2))),
      // The zeros after a patch: from its last sample on.
      set(l.tail, i32.mul(get(l.bands), i32.mul(get(l.side), get(l.step)))),
      repeatWhile(more(l.patches), [
        set(l.from, i32.add(get(l.picture), i32.shiftLeft(i32.load(get(l.places)), i32.of(2)))),
        move(l.places, 4),
        set(l.to, get(l.group)),
        set(l.band, get(l.bands)),
        repeatWhile(more(l.band), [
          set(l.line, get(l.from)),
          set(l.i, get(l.side)),
          repeatWhile(more(l.i), [
            set(l.j, i32.of(0)),
            repeatWhile(i32.lessThan(get(l.j), get(l.step)), [
              f32x4.store(i32.add(get(l.to), get(l.j)), f32x4.load(i32.add(get(l.line), get(l.j)))),
              move(l.j, 16),
            ]),
            set(l.to, i32.add(get(l.to), get(l.step))),
            set(l.line, i32.add(get(l.line), get(l.row))),
            move(l.i, -1),
          ]),
          set(l.from, i32.add(get(l.from), get(l.plane))),
          move(l.band, -1),
        ]),
        f32x4.store(i32.add(get(l.group), get(l.tail)), f32x4.zero),
        set(l.at, get(l.group)),
        set(l.sum, get(l.mean)),
        set(l.j, get(l.tail)),
        repeatWhile(more(l.j), [
          f32x4.store(get(l.sum), f32x4.add(f32x4.load(get(l.sum)), f32x4.load(get(l.at)))),
          move(l.sum, 16),
          move(l.at, 16),
          move(l.j, -16),
        ]),
        set(l.group, i32.add(get(l.group), get(l.stride))),
        move(l.patches, -1),
      ]),
    ],
  );
}

/** Takes `mean` off every row of the group; `length` in bytes, a multiple of 16. */
export function center(): FunctionCode {
  return kernel(
    'center',
    ['group', 'stride', 'mean', 'patches', 'length'],
    { at: int, sum: int, j: int },
    (l) => [
      repeatWhile(more(l.patches), [
        set(l.at, get(l.group)),
        set(l.sum, get(l.mean)),
        set(l.j, get(l.length)),
        repeatWhile(more(l.j), [
          f32x4.store(get(l.at), f32x4.sub(f32x4.load(get(l.at)), f32x4.load(get(l.sum)))),
          move(l.sum, 16),
          move(l.at, 16),
          move(l.j, -16),
        ]),
        set(l.group, i32.add(get(l.group), get(l.stride))),
        move(l.patches, -1),
      ]),
    ],
  );
}

/**
 * Adds the rows of an estimate to sums in doubles where their patches lie, and
 * 1 to the uses there. Two samples at a time; `mask` keeps the last of an odd side alone.
 */
export function scatter(): FunctionCode {
  return kernel(
    'scatter',
    [
      'estimate',
      'stride',
      'sums',
      'uses',
      'places',
      'patches',
      'bands',
      'side',
      'row',
      'plane',
      'mask',
    ],
    {
      from: int,
      at: int,
      to: int,
      line: int,
      i: int,
      j: int,
      band: int,
      start: int,
      last: TYPE.v128,
    },
    (l) => {
      const add = (value: readonly number[]) =>
        f64x2.store(get(l.to), f64x2.add(f64x2.load(get(l.to)), value));
      return [
        set(l.last, f64x2.load(get(l.mask))),
        repeatWhile(more(l.patches), [
          set(l.start, i32.shiftLeft(i32.load(get(l.places)), i32.of(3))),
          f64.store(
            i32.add(get(l.uses), get(l.start)),
            f64.add(f64.load(i32.add(get(l.uses), get(l.start))), f64.of(1)),
          ),
          set(l.start, i32.add(get(l.start), get(l.sums))),
          move(l.places, 4),
          set(l.from, get(l.estimate)),
          set(l.band, get(l.bands)),
          repeatWhile(more(l.band), [
            set(l.line, get(l.start)),
            set(l.i, get(l.side)),
            repeatWhile(more(l.i), [
              set(l.to, get(l.line)),
              set(l.at, get(l.from)),
              set(l.j, i32.sub(get(l.side), i32.of(2))),
              whileTrue(more(l.j), [
                add(f64x2.promote(f32x4.loadTwo(get(l.at)))),
                move(l.to, 16),
                move(l.at, 8),
                move(l.j, -2),
              ]),
              add(v128.and(f64x2.promote(f32x4.loadTwo(get(l.at))), get(l.last))),
              set(l.from, i32.add(get(l.from), i32.shiftLeft(get(l.side), i32.of(2)))),
              set(l.line, i32.add(get(l.line), get(l.row))),
              move(l.i, -1),
            ]),
            set(l.start, i32.add(get(l.start), get(l.plane))),
            move(l.band, -1),
          ]),
          set(l.estimate, i32.add(get(l.estimate), get(l.stride))),
          move(l.patches, -1),
        ]),
      ];
    },
  );
}
