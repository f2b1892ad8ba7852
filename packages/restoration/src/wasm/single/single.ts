/**
 * The kernels of groups in single precision, which is what the published program's patches are in.
 * Addresses, row lengths and steps are in bytes, counts in numbers; rows begin at multiples of 16
 * and are read and written up to the next multiple of four or eight numbers.
 */

import { assemble } from '../assembler.js';
import { columnSums, select } from './match.js';
import { center, gather, scatter } from './patches.js';
import { mirror, product } from './products.js';
import { reduce, reflect } from './reduce.js';
import { bisect, twist } from './tridiagonal.js';

type Address = number;

export interface SingleKernels {
  /**
   * C[i, j] = Σ_k X(i, k) B[k, j] for 4 rows i and `columns` (a multiple of 4) columns j; X(i, k)
   * lies at x + i·rowStep + k·step.
   */
  product(
    c: Address,
    x: Address,
    b: Address,
    rowStep: number,
    step: number,
    depth: number,
    columns: number,
    ldb: number,
    ldc: number,
  ): void;
  mirror(a: Address, n: number, ld: number): void;
  gather(
    group: Address,
    stride: number,
    mean: Address,
    picture: Address,
    places: Address,
    patches: number,
    bands: number,
    side: number,
    row: number,
    plane: number,
  ): void;
  center(group: Address, stride: number, mean: Address, patches: number, length: number): void;
  scatter(
    estimate: Address,
    stride: number,
    sums: Address,
    uses: Address,
    places: Address,
    patches: number,
    bands: number,
    side: number,
    row: number,
    plane: number,
    mask: Address,
  ): void;
  reduce(
    a: Address,
    n: number,
    ld: number,
    r: Address,
    inverses: Address,
    d: Address,
    e: Address,
    old: Address,
    p: Address,
  ): void;
  reflect(v: Address, r: Address, inverses: Address, count: number, ld: number): void;
  bisect(
    d: Address,
    squares: Address,
    n: number,
    low: Address,
    high: Address,
    wanted: Address,
    counts: Address,
    steps: number,
  ): void;
  twist(
    d: Address,
    e: Address,
    squares: Address,
    n: number,
    values: Address,
    z: Address,
    lengths: Address,
    work: Address,
    tiny: Address,
  ): void;
  readonly columnSums1: ColumnSums;
  readonly columnSums3: ColumnSums;
  select(
    v: Address,
    limits: Address,
    lists: Address,
    lengths: Address,
    capacity: number,
    count: number,
    side: number,
    ordinal: number,
    scratch: Address,
  ): void;
}

type ColumnSums = (
  out: Address,
  a: Address,
  b: Address,
  count: number,
  side: number,
  row: number,
  plane: number,
  step: number,
  rows: number,
  pitch: number,
  scratch: Address,
) => void;

/** What is used of the engine's own interface, which Node's types leave out. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Memory: new (size: { initial: number }) => SingleMachine['memory'];
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

let compiled: object | undefined;

const ARRAYS = { floats: Float32Array, doubles: Float64Array, integers: Int32Array } as const;

/** How many numbers of which kind. */
export interface Piece<K extends keyof typeof ARRAYS = keyof typeof ARRAYS> {
  readonly kind: K;
  readonly length: number;
}

export const floats = (length: number): Piece<'floats'> => ({ kind: 'floats', length });
export const doubles = (length: number): Piece<'doubles'> => ({ kind: 'doubles', length });
export const integers = (length: number): Piece<'integers'> => ({ kind: 'integers', length });

/** The arrays that pieces become. */
export type Arrays<S extends Readonly<Record<string, Piece>>> = {
  readonly [N in keyof S]: InstanceType<(typeof ARRAYS)[S[N]['kind']]>;
};

const aligned = (bytes: number) => 64 * Math.ceil(bytes / 64);

/** The kernels and the memory that they work on. */
export interface SingleMachine {
  readonly kernels: SingleKernels;
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
}

/**
 * The kernels on a memory cut into pieces of zeros that begin at multiples of 64.
 *
 * @param before a machine that nobody works with any more: its memory is taken over
 */
export function singleMemory<S extends Readonly<Record<string, Piece>>>(
  pieces: S,
  before?: SingleMachine,
): { machine: SingleMachine; kernels: SingleKernels; arrays: Arrays<S> } {
  const list = Object.entries(pieces).map(([name, { kind, length }]) => {
    const array = ARRAYS[kind];
    return { name, array, length, bytes: aligned(length * array.BYTES_PER_ELEMENT) };
  });
  const total = list.reduce((sum, { bytes }) => sum + bytes, 0);
  // Wide reads may pass the last piece's end.
  const pages = Math.ceil((total + 256) / PAGE);
  const machine = before ?? makeMachine(pages);
  const missing = pages - machine.memory.buffer.byteLength / PAGE;
  if (missing > 0) machine.memory.grow(missing);
  const { buffer } = machine.memory;
  if (before) new Uint8Array(buffer, 0, total).fill(0);
  let at = 0;
  const arrays = Object.fromEntries(
    list.map(({ name, array, length, bytes }) => {
      const piece = new array(buffer, at, length);
      at += bytes;
      return [name, piece];
    }),
  );
  return { machine, kernels: machine.kernels, arrays: arrays as Arrays<S> };
}

const PAGE = 65536;

function makeMachine(pages: number): SingleMachine {
  compiled ??= new WebAssembly.Module(
    assemble([
      product(),
      mirror(),
      gather(),
      center(),
      scatter(),
      reduce(),
      reflect(),
      bisect(),
      twist(),
      columnSums(1),
      columnSums(3),
      select(),
    ]),
  );
  const memory = new WebAssembly.Memory({ initial: pages });
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  return { kernels: exports as SingleKernels, memory };
}
