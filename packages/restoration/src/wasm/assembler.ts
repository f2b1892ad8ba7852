/**
 * Just enough of an assembler for WebAssembly with SIMD: expressions are byte sequences, functions
 * are lists of statements. Kernels are written with it where no compiler's tool chain is wanted.
 *
 * @see WebAssembly Core Specification 2.0, section 5 (binary format)
 */

export type Code = readonly number[];

export const TYPE = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;

function unsigned(value: number): number[] {
  const out: number[] = [];
  let rest = value >>> 0;
  do {
    const byte = rest & 0x7f;
    rest >>>= 7;
    out.push(rest === 0 ? byte : byte | 0x80);
  } while (rest !== 0);
  return out;
}

function signed(value: number): number[] {
  const out: number[] = [];
  let rest = value | 0;
  for (;;) {
    const byte = rest & 0x7f;
    rest >>= 7;
    const ends = (rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0);
    out.push(ends ? byte : byte | 0x80);
    if (ends) return out;
  }
}

const simd = (operation: number, ...rest: number[]) => [0xfd, ...unsigned(operation), ...rest];
const binary =
  (...operation: number[]) =>
  (a: Code, b: Code): Code => [...a, ...b, ...operation];

export const i32 = {
  of: (value: number): Code => [0x41, ...signed(value)],
  add: binary(0x6a),
  sub: binary(0x6b),
  mul: binary(0x6c),
  shiftLeft: binary(0x74),
  lessThan: binary(0x48),
  load: (address: Code, offset = 0): Code => [...address, 0x28, 2, ...unsigned(offset)],
  store: (address: Code, value: Code): Code => [...address, ...value, 0x36, 2, 0],
  reinterpret: (value: Code): Code => [...value, 0xbc],
  trailingZeros: (value: Code): Code => [...value, 0x68],
  and: binary(0x71),
};

const float32 = (value: number) => [...new Uint8Array(Float32Array.of(value).buffer)];
const float64 = (value: number) => [...new Uint8Array(Float64Array.of(value).buffer)];

export const f32 = {
  of: (value: number): Code => [0x43, ...float32(value)],
  load: (address: Code, offset = 0): Code => [...address, 0x2a, 2, ...unsigned(offset)],
  store: (address: Code, value: Code): Code => [...address, ...value, 0x38, 2, 0],
  add: binary(0x92),
  sub: binary(0x93),
  mul: binary(0x94),
  div: binary(0x95),
  greaterThan: binary(0x5e),
  negative: (value: Code): Code => [...value, 0x8c],
  root: (value: Code): Code => [...value, 0x91],
  /** The size of a with the sign of b. */
  withSign: binary(0x98),
};

export const f64 = {
  of: (value: number): Code => [0x44, ...float64(value)],
  fromUnsigned: (value: Code): Code => [...value, 0xb8],
  promote: (value: Code): Code => [...value, 0xbb],
  load: (address: Code): Code => [...address, 0x2b, 3, 0],
  store: (address: Code, value: Code): Code => [...address, ...value, 0x39, 3, 0],
  add: binary(0xa0),
  sub: binary(0xa1),
  mul: binary(0xa2),
};

export const f64x2 = {
  zero: [...simd(0x0c), ...new Array<number>(16).fill(0)] as Code,
  load: (address: Code, offset = 0): Code => [...address, ...simd(0x00, 3, ...unsigned(offset))],
  store: (address: Code, value: Code, offset = 0): Code => [
    ...address,
    ...value,
    ...simd(0x0b, 3, ...unsigned(offset)),
  ],
  /** One number in both lanes. */
  spread: (address: Code): Code => [...address, ...simd(0x0a, 3, 0)],
  splat: (value: Code): Code => [...value, ...simd(0x14)],
  lane: (value: Code, lane: 0 | 1): Code => [...value, ...simd(0x21, lane)],
  add: binary(...simd(0xf0)),
  sub: binary(...simd(0xf1)),
  mul: binary(...simd(0xf2)),
  div: binary(...simd(0xf3)),
  abs: (value: Code): Code => [...value, ...simd(0xec)],
  negative: (value: Code): Code => [...value, ...simd(0xed)],
  root: (value: Code): Code => [...value, ...simd(0xef)],
  lessThan: binary(...simd(0x49)),
  equal: binary(...simd(0x47)),
  /** The lower two of four floats, as doubles. */
  promote: (value: Code): Code => [...value, ...simd(0x5f)],
};

export const f32x4 = {
  zero: f64x2.zero,
  load: (address: Code, offset = 0): Code => [...address, ...simd(0x00, 2, ...unsigned(offset))],
  /** Two floats into the lower half, zeros above. */
  loadTwo: (address: Code, offset = 0): Code => [...address, ...simd(0x5d, 2, ...unsigned(offset))],
  store: (address: Code, value: Code, offset = 0): Code => [
    ...address,
    ...value,
    ...simd(0x0b, 2, ...unsigned(offset)),
  ],
  /** One float in all lanes. */
  spread: (address: Code, offset = 0): Code => [...address, ...simd(0x09, 2, ...unsigned(offset))],
  splat: (value: Code): Code => [...value, ...simd(0x13)],
  lane: (value: Code, lane: number): Code => [...value, ...simd(0x1f, lane)],
  abs: (value: Code): Code => [...value, ...simd(0xe0)],
  add: binary(...simd(0xe4)),
  sub: binary(...simd(0xe5)),
  mul: binary(...simd(0xe6)),
  div: binary(...simd(0xe7)),
  lessOrEqual: binary(...simd(0x45)),
  greaterThan: binary(...simd(0x44)),
};

export const i32x4 = {
  sub: binary(...simd(0xb1)),
  greaterThan: binary(...simd(0x3b)),
  /** The highest bits of the four lanes. */
  bits: (value: Code): Code => [...value, ...simd(0xa4)],
};

export const v128 = {
  and: binary(...simd(0x4e)),
  /** Lanes of a where the mask is set, else of b. */
  select: (a: Code, b: Code, mask: Code): Code => [...a, ...b, ...mask, ...simd(0x52)],
};

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];

/** Runs the body at least once, again while the condition holds. */
export const repeatWhile = (condition: Code, body: readonly Code[]): Code => [
  0x03,
  0x40,
  ...body.flat(),
  ...condition,
  0x0d,
  0,
  0x0b,
];

/** Runs the body where the condition is not 0. */
export const when = (condition: Code, body: readonly Code[]): Code => [
  ...condition,
  0x04,
  0x40,
  ...body.flat(),
  0x0b,
];

/** Runs the body while the condition holds, perhaps never. */
export const whileTrue = (condition: Code, body: readonly Code[]): Code =>
  when(condition, [repeatWhile(condition, body)]);

/** `local` plus `by`. */
export const move = (local: number, by: number): Code =>
  set(local, i32.add(get(local), i32.of(by)));

type Names<T extends string> = Readonly<Record<T, number>>;

/** A kernel whose parameters (whole numbers) and locals have names. */
export function kernel<P extends string, L extends string>(
  name: string,
  parameters: readonly P[],
  locals: Readonly<Record<L, number>>,
  body: (names: Names<P | L>) => readonly Code[],
): FunctionCode {
  const names = [...parameters, ...(Object.keys(locals) as L[])];
  const numbers = Object.fromEntries(names.map((one, k) => [one, k])) as Names<P | L>;
  const types = Object.values(locals) as number[];
  return { name, parameters: parameters.length, locals: types, body: body(numbers) };
}

export interface FunctionCode {
  readonly name: string;
  /** Parameters are whole numbers and come first among the locals. */
  readonly parameters: number;
  /** Types of the other locals. */
  readonly locals: readonly number[];
  readonly body: readonly Code[];
}

const vector = (items: readonly (readonly number[])[]) => [
  ...unsigned(items.length),
  ...items.flat(),
];
const sized = (bytes: readonly number[]) => [...unsigned(bytes.length), ...bytes];
const section = (id: number, items: readonly (readonly number[])[]) => [
  id,
  ...sized(vector(items)),
];
const text = (name: string) => sized([...new TextEncoder().encode(name)]);

/** A module of these functions that imports its memory as `env.memory`. */
export function assemble(functions: readonly FunctionCode[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [
    0x60,
    ...vector(new Array(parameters).fill([TYPE.i32])),
    0,
  ]);
  const bodies = functions.map(({ locals, body }) =>
    sized([...vector(locals.map((type) => [1, type])), ...body.flat(), 0x0b]),
  );
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types),
    ...section(2, [[...text('env'), ...text('memory'), 2, 0, 1]]),
    ...section(
      3,
      functions.map((_, index) => unsigned(index)),
    ),
    ...section(
      7,
      functions.map(({ name }, index) => [...text(name), 0, ...unsigned(index)]),
    ),
    ...section(10, bodies),
  ]);
}
