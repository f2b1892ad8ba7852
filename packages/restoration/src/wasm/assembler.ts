/**
 * Just enough of an assembler for WebAssembly with SIMD: expressions are byte sequences, functions
 * are lists of statements. Kernels are written with it where no compiler's tool chain is wanted.
 *
 * @see WebAssembly Core Specification 2.0, section 5 (binary format)
 */

export type Code = readonly number[];

export const TYPE = { i32: 0x7f, f64: 0x7c, v128: 0x7b } as const;

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
  lessThan: binary(0x48),
};

export const f64 = {
  load: (address: Code): Code => [...address, 0x2b, 3, 0],
  store: (address: Code, value: Code): Code => [...address, ...value, 0x39, 3, 0],
  add: binary(0xa0),
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
