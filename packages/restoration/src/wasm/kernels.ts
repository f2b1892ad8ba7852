/**
 * The inner loops of groups, two doubles at a time: products of small matrices, and the three
 * steps of Householder's reduction. Rows are `ld` numbers apart; what a row has beyond its length
 * up to the next multiple of four is read and written, and must be zero where it is read.
 */

import {
  assemble,
  type Code,
  type FunctionCode,
  f64,
  f64x2,
  get,
  i32,
  repeatWhile,
  set,
  TYPE,
} from './assembler.js';

export interface Kernels {
  /**
   * C[i, j] = Σ_k X(i, k) B[k, j] for 4 rows i and `columns` (a multiple of 4) columns j; X(i, k)
   * lies at x + i·rowStep + k·step. Addresses and steps in bytes.
   */
  product4(
    c: number,
    x: number,
    b: number,
    rowStep: number,
    step: number,
    depth: number,
    columns: number,
    ldb: number,
    ldc: number,
  ): void;
  /** y[j] = Σ_k A[j, k] u[k] for j below `rows` (a multiple of 4), k below `length` (of 2). */
  timesVector(y: number, a: number, u: number, rows: number, length: number, ld: number): void;
  /** A[j, k] -= u[j] p[k] + p[j] u[k], sizes as before; rows a multiple of 2. */
  rankTwo(a: number, u: number, p: number, rows: number, length: number, ld: number): void;
  /**
   * For the 4 rows v of V and each reflector u_i of `count` rows of R: v -= (v·u_i) inverse_i u_i.
   * The i-th reflector has (i + 2) entries rounded up to an even number.
   */
  reflect4(v: number, r: number, inverses: number, count: number, ld: number): void;
  /**
   * out[x] = Σ over `bands` and `side` rows i of (a[i, x] - b[i, x])² for x below `count`, rounded
   * up to an even number; rows and planes lie `row` and `plane` bytes apart.
   */
  differences(
    out: number,
    a: number,
    b: number,
    count: number,
    side: number,
    bands: number,
    row: number,
    plane: number,
  ): void;
  /** out[k] = Σ_{j<side} x[k + j] for k below `count`, rounded up to an even number. */
  windowSums(out: number, x: number, count: number, side: number): void;
}

/** Numbers four locals from `first`. */
const span = (first: number, count: number) => Array.from({ length: count }, (_, k) => first + k);

function product4(): FunctionCode {
  const [c, x, b, rowStep, step, depth, columns, ldb, ldc] = span(0, 9);
  const [j, k, bp, xp] = span(9, 4);
  const x1 = 13;
  const x2 = 14;
  const x3 = 15;
  const acc = span(16, 8);
  const [b0, b1, xs] = span(24, 3);
  const rows = [xp, x1, x2, x3];
  const inner: Code[] = [
    set(b0, f64x2.load(get(bp))),
    set(b1, f64x2.load(get(bp), 16)),
    ...rows.flatMap((row, r) => [
      set(xs, f64x2.spread(get(row))),
      set(acc[2 * r], f64x2.add(get(acc[2 * r]), f64x2.mul(get(xs), get(b0)))),
      set(acc[2 * r + 1], f64x2.add(get(acc[2 * r + 1]), f64x2.mul(get(xs), get(b1)))),
    ]),
    set(bp, i32.add(get(bp), get(ldb))),
    ...rows.map((row) => set(row, i32.add(get(row), get(step)))),
    set(k, i32.sub(get(k), i32.of(1))),
  ];
  const out = [get(c), ...[1, 2, 3].map((r) => i32.add(get(c), i32.mul(get(ldc), i32.of(r))))];
  const body: Code[] = [
    set(j, get(columns)),
    repeatWhile(i32.lessThan(i32.of(0), get(j)), [
      ...acc.map((local) => set(local, f64x2.zero)),
      set(k, get(depth)),
      set(bp, get(b)),
      set(xp, get(x)),
      set(x1, i32.add(get(x), get(rowStep))),
      set(x2, i32.add(get(x1), get(rowStep))),
      set(x3, i32.add(get(x2), get(rowStep))),
      repeatWhile(get(k), inner),
      ...out.flatMap((address, r) => [
        f64x2.store(address, get(acc[2 * r])),
        f64x2.store(address, get(acc[2 * r + 1]), 16),
      ]),
      set(c, i32.add(get(c), i32.of(32))),
      set(b, i32.add(get(b), i32.of(32))),
      set(j, i32.sub(get(j), i32.of(4))),
    ]),
  ];
  const { i32: int, v128 } = TYPE;
  const locals = [...new Array(7).fill(int), ...new Array(11).fill(v128)];
  return { name: 'product4', parameters: 9, locals, body };
}

/** The sum of both lanes. */
const lanes = (local: number): Code =>
  f64.add(f64x2.lane(get(local), 0), f64x2.lane(get(local), 1));

function timesVector(): FunctionCode {
  const [y, a, u, rows, length, ld] = span(0, 6);
  const [k, up, a0, a1, a2, a3] = span(6, 6);
  const acc = span(12, 4);
  const us = 16;
  const row = [a0, a1, a2, a3];
  const body: Code[] = [
    repeatWhile(i32.lessThan(i32.of(0), get(rows)), [
      ...acc.map((local) => set(local, f64x2.zero)),
      set(a0, get(a)),
      ...[1, 2, 3].map((r) => set(row[r], i32.add(get(row[r - 1]), get(ld)))),
      set(up, get(u)),
      set(k, get(length)),
      repeatWhile(i32.lessThan(i32.of(0), get(k)), [
        set(us, f64x2.load(get(up))),
        ...acc.map((local, r) =>
          set(local, f64x2.add(get(local), f64x2.mul(get(us), f64x2.load(get(row[r]))))),
        ),
        set(up, i32.add(get(up), i32.of(16))),
        ...row.map((local) => set(local, i32.add(get(local), i32.of(16)))),
        set(k, i32.sub(get(k), i32.of(2))),
      ]),
      ...acc.map((local, r) => f64.store(i32.add(get(y), i32.of(8 * r)), lanes(local))),
      set(y, i32.add(get(y), i32.of(32))),
      set(a, i32.add(get(a), i32.mul(get(ld), i32.of(4)))),
      set(rows, i32.sub(get(rows), i32.of(4))),
    ]),
  ];
  const locals = [...new Array(6).fill(TYPE.i32), ...new Array(5).fill(TYPE.v128)];
  return { name: 'timesVector', parameters: 6, locals, body };
}

function rankTwo(): FunctionCode {
  const [a, u, p, rows, length, ld] = span(0, 6);
  const [k, up, pp, a0, a1, uj, pj] = span(6, 7);
  const [u0, u1, p0, p1, us, ps] = span(13, 6);
  const update = (address: number, [ub, pb]: readonly [number, number]): Code =>
    f64x2.store(
      get(address),
      f64x2.sub(
        f64x2.load(get(address)),
        f64x2.add(f64x2.mul(get(ub), get(ps)), f64x2.mul(get(pb), get(us))),
      ),
    );
  const body: Code[] = [
    set(uj, get(u)),
    set(pj, get(p)),
    repeatWhile(i32.lessThan(i32.of(0), get(rows)), [
      set(u0, f64x2.spread(get(uj))),
      set(p0, f64x2.spread(get(pj))),
      set(u1, f64x2.spread(i32.add(get(uj), i32.of(8)))),
      set(p1, f64x2.spread(i32.add(get(pj), i32.of(8)))),
      set(a0, get(a)),
      set(a1, i32.add(get(a), get(ld))),
      set(up, get(u)),
      set(pp, get(p)),
      set(k, get(length)),
      repeatWhile(i32.lessThan(i32.of(0), get(k)), [
        set(us, f64x2.load(get(up))),
        set(ps, f64x2.load(get(pp))),
        update(a0, [u0, p0]),
        update(a1, [u1, p1]),
        ...[up, pp, a0, a1].map((local) => set(local, i32.add(get(local), i32.of(16)))),
        set(k, i32.sub(get(k), i32.of(2))),
      ]),
      set(uj, i32.add(get(uj), i32.of(16))),
      set(pj, i32.add(get(pj), i32.of(16))),
      set(a, i32.add(get(a), i32.mul(get(ld), i32.of(2)))),
      set(rows, i32.sub(get(rows), i32.of(2))),
    ]),
  ];
  const locals = [...new Array(7).fill(TYPE.i32), ...new Array(6).fill(TYPE.v128)];
  return { name: 'rankTwo', parameters: 6, locals, body };
}

function reflect4(): FunctionCode {
  const [v, r, inverses, count, ld] = span(0, 5);
  const [length, k, rp, v0, v1, v2, v3] = span(5, 7);
  const acc = span(12, 4);
  const [us, inverse] = span(16, 2);
  const row = [v0, v1, v2, v3];
  const rewind: Code[] = [
    set(v0, get(v)),
    ...[1, 2, 3].map((i) => set(row[i], i32.add(get(row[i - 1]), get(ld)))),
    set(rp, get(r)),
    set(k, get(length)),
  ];
  const ahead: Code[] = [
    set(rp, i32.add(get(rp), i32.of(16))),
    ...row.map((local) => set(local, i32.add(get(local), i32.of(16)))),
    set(k, i32.sub(get(k), i32.of(2))),
  ];
  const more = i32.lessThan(i32.of(0), get(k));
  const body: Code[] = [
    set(length, i32.of(2)),
    repeatWhile(i32.lessThan(i32.of(0), get(count)), [
      ...acc.map((local) => set(local, f64x2.zero)),
      ...rewind,
      repeatWhile(more, [
        set(us, f64x2.load(get(rp))),
        ...acc.map((local, i) =>
          set(local, f64x2.add(get(local), f64x2.mul(get(us), f64x2.load(get(row[i]))))),
        ),
        ...ahead,
      ]),
      set(inverse, f64x2.spread(get(inverses))),
      ...acc.map((local) => set(local, f64x2.mul(get(inverse), f64x2.splat(lanes(local))))),
      ...rewind,
      repeatWhile(more, [
        set(us, f64x2.load(get(rp))),
        ...acc.map((local, i) =>
          f64x2.store(
            get(row[i]),
            f64x2.sub(f64x2.load(get(row[i])), f64x2.mul(get(us), get(local))),
          ),
        ),
        ...ahead,
      ]),
      set(r, i32.add(get(r), get(ld))),
      set(inverses, i32.add(get(inverses), i32.of(8))),
      set(length, i32.add(get(length), i32.of(1))),
      set(count, i32.sub(get(count), i32.of(1))),
    ]),
  ];
  const locals = [...new Array(7).fill(TYPE.i32), ...new Array(6).fill(TYPE.v128)];
  return { name: 'reflect4', parameters: 5, locals, body };
}

/** What is used of the engine's own interface, which Node's types leave out. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

/** Σ over the rows of `bands` planes of squared differences of two rows of the picture. */
function differences(): FunctionCode {
  const [out, a, b, count, side, bands, row, plane] = span(0, 8);
  const [i, band, ap, bp, am, bm] = span(8, 6);
  const [sum, d] = span(14, 2);
  const body: Code[] = [
    repeatWhile(i32.lessThan(i32.of(0), get(count)), [
      set(sum, f64x2.zero),
      set(band, get(bands)),
      set(am, get(a)),
      set(bm, get(b)),
      repeatWhile(get(band), [
        set(i, get(side)),
        set(ap, get(am)),
        set(bp, get(bm)),
        repeatWhile(get(i), [
          set(d, f64x2.sub(f64x2.load(get(ap)), f64x2.load(get(bp)))),
          set(sum, f64x2.add(get(sum), f64x2.mul(get(d), get(d)))),
          set(ap, i32.add(get(ap), get(row))),
          set(bp, i32.add(get(bp), get(row))),
          set(i, i32.sub(get(i), i32.of(1))),
        ]),
        set(am, i32.add(get(am), get(plane))),
        set(bm, i32.add(get(bm), get(plane))),
        set(band, i32.sub(get(band), i32.of(1))),
      ]),
      f64x2.store(get(out), get(sum)),
      ...[out, a, b].map((local) => set(local, i32.add(get(local), i32.of(16)))),
      set(count, i32.sub(get(count), i32.of(2))),
    ]),
  ];
  const locals = [...new Array(6).fill(TYPE.i32), TYPE.v128, TYPE.v128];
  return { name: 'differences', parameters: 8, locals, body };
}

/** Sums of `side` neighbours. */
function windowSums(): FunctionCode {
  const [out, x, count, side] = span(0, 4);
  const [j, at] = span(4, 2);
  const sum = 6;
  const body: Code[] = [
    repeatWhile(i32.lessThan(i32.of(0), get(count)), [
      set(sum, f64x2.zero),
      set(at, get(x)),
      set(j, get(side)),
      repeatWhile(get(j), [
        set(sum, f64x2.add(get(sum), f64x2.load(get(at)))),
        set(at, i32.add(get(at), i32.of(8))),
        set(j, i32.sub(get(j), i32.of(1))),
      ]),
      f64x2.store(get(out), get(sum)),
      ...[out, x].map((local) => set(local, i32.add(get(local), i32.of(16)))),
      set(count, i32.sub(get(count), i32.of(2))),
    ]),
  ];
  return { name: 'windowSums', parameters: 4, locals: [TYPE.i32, TYPE.i32, TYPE.v128], body };
}

let compiled: object | undefined;

/** The kernels on a memory of their own that holds at least `bytes`. */
export function makeKernels(bytes: number): { kernels: Kernels; buffer: ArrayBuffer } {
  compiled ??= new WebAssembly.Module(
    assemble([product4(), timesVector(), rankTwo(), reflect4(), differences(), windowSums()]),
  );
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65536) });
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  return { kernels: exports as Kernels, buffer: memory.buffer };
}
