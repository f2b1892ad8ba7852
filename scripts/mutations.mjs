/** Damaged files for fuzzing: valid ones with a few edits, as a fast-check arbitrary. */

import fc from 'fast-check';

/** Numbers at which readers of lengths and offsets go wrong. */
const edges = [0n, 1n, 7n, 8n, 255n, 256n, 65535n, 2n ** 24n, 2n ** 31n - 1n, 2n ** 31n].concat([
  2n ** 32n - 1n,
  2n ** 53n,
  2n ** 63n,
  2n ** 64n - 1n,
]);

/** Texts at which readers of pickles, headers and paths go wrong. */
const texts = [
  'cos\nsystem\n',
  '__proto__',
  '../',
  '"',
  '}',
  '[[[[',
  '\\',
  '(',
  '.',
  'R',
  'b',
  '\x81',
];

const place = fc.nat({ max: 1 << 16 });

const edit = fc.oneof(
  fc.record({ kind: fc.constant('bit'), at: place, bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('byte'), at: place, value: fc.nat(255) }),
  fc.record({
    kind: fc.constant('number'),
    at: place,
    width: fc.constantFrom(2, 4, 8),
    value: fc.constantFrom(...edges),
  }),
  fc.record({ kind: fc.constant('digit'), at: place, value: fc.nat(9) }),
  fc.record({ kind: fc.constant('cut'), at: place, length: fc.nat(64) }),
  fc.record({ kind: fc.constant('end'), at: place }),
  fc.record({ kind: fc.constant('insert'), at: place, bytes: fc.uint8Array({ maxLength: 16 }) }),
  fc.record({
    kind: fc.constant('insert'),
    at: place,
    bytes: fc.constantFrom(...texts).map((t) => Buffer.from(t, 'latin1')),
  }),
  fc.record({ kind: fc.constant('copy'), at: place, from: place, length: fc.nat(128) }),
);

/** @param {Uint8Array} bytes */
function apply(bytes, change) {
  if (bytes.length === 0) return bytes;
  const at = change.at % bytes.length;
  switch (change.kind) {
    case 'bit':
      bytes[at] ^= 1 << change.bit;
      return bytes;
    case 'byte':
      bytes[at] = change.value;
      return bytes;
    case 'number':
      for (let i = 0; i < change.width && at + i < bytes.length; i++) {
        bytes[at + i] = Number((change.value >> BigInt(8 * i)) & 255n);
      }
      return bytes;
    case 'digit': {
      // The next decimal digit, so that numbers in JSON change and stay numbers.
      const found = bytes.findIndex((b, i) => i >= at && b >= 48 && b <= 57);
      if (found >= 0) bytes[found] = 48 + change.value;
      return bytes;
    }
    case 'cut':
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + change.length)]);
    case 'end':
      return bytes.slice(0, at);
    case 'insert':
      return Buffer.concat([bytes.subarray(0, at), change.bytes, bytes.subarray(at)]);
    case 'copy': {
      const from = change.from % bytes.length;
      const piece = bytes.slice(from, from + change.length).subarray(0, bytes.length - at);
      bytes.set(piece, at);
      return bytes;
    }
    default:
      return bytes;
  }
}

/**
 * One of the files with one to three edits.
 *
 * @param {readonly Uint8Array[]} files
 */
export function mutated(files) {
  return fc
    .tuple(fc.constantFrom(...files), fc.array(edit, { minLength: 1, maxLength: 3 }))
    .map(([file, edits]) => new Uint8Array(edits.reduce(apply, new Uint8Array(file))));
}

/**
 * Runs a reader over bytes: parsed, or refused by an error with the tag `input` in one line.
 * Anything else, more than the given time, or memory out of proportion is thrown.
 *
 * @param {(bytes: Uint8Array) => Promise<unknown>} read
 * @param {Uint8Array} bytes
 */
export async function attempt(read, bytes, { limitMs = 2000 } = {}) {
  const before = process.memoryUsage().arrayBuffers;
  const start = performance.now();
  let outcome = 'parsed';
  let result;
  try {
    result = await read(bytes);
  } catch (error) {
    if (error?.tag !== 'input') throw error;
    if (/[\n\r]/.test(error.message) || error.message.length > 1000) {
      throw new Error(`not one line: ${error.message}`);
    }
    outcome = 'refused';
  }
  const ms = performance.now() - start;
  const grown = process.memoryUsage().arrayBuffers - before;
  if (ms > limitMs) throw new Error(`took ${ms} ms`);
  if (grown > 16 * bytes.length + (8 << 20)) throw new Error(`took ${grown} bytes`);
  for (const [name, tensor] of result?.tensors ?? []) {
    const count = tensor.shape.reduce((a, b) => a * b, 1);
    if (tensor.data.length !== count) throw new Error(`${name} has ${tensor.data.length} elements`);
  }
  return { outcome, ms };
}
