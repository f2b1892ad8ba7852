/**
 * LZW for TIFF (TIFF 6.0 section 13): codes of 9 to 12 bits, high bit first, switching one early.
 * The dictionary is a hash table over (string, next byte), stamped so that clearing it is free.
 */

const CLEAR = 256;
const END = 257;
const FIRST = 258;
/** The encoder clears when this many codes are taken, as libtiff does. */
const FULL = 4094;
const SLOT_BITS = 14;
const LAST_STAMP = 2047;

/** The packed bytes. */
export function encodeLzw(data: Uint8Array): Uint8Array {
  if (data.length === 0) return Uint8Array.of(0x80, 0x40, 0x40);
  // At worst 12 bits a byte, and a clear code after every 3836.
  const out = new Uint8Array(Math.ceil(data.length * 1.502) + 16);
  const keys = new Int32Array(1 << SLOT_BITS);
  const codes = new Uint16Array(1 << SLOT_BITS);
  let stamp = 1;
  let buffer = CLEAR;
  let held = 9;
  let bits = 9;
  let at = 0;
  let next = FIRST;
  let prefix = data[0];
  for (let i = 1; i < data.length; i++) {
    // 11 bits of stamp, 12 of string, 8 of byte; slots of older stamps count as empty.
    const key = (stamp << 20) | (prefix << 8) | data[i];
    let slot = Math.imul(key, 0x9e3779b1) >>> (32 - SLOT_BITS);
    while (keys[slot] !== key && keys[slot] >>> 20 === stamp) slot = (slot + 1) & 0x3fff;
    if (keys[slot] === key) {
      prefix = codes[slot];
      continue;
    }
    buffer = (buffer << bits) | prefix;
    held += bits;
    while (held >= 8) {
      held -= 8;
      out[at++] = buffer >>> held;
    }
    buffer &= (1 << held) - 1;
    keys[slot] = key;
    codes[slot] = next++;
    prefix = data[i];
    if (next < FULL) {
      if (next === 1 << bits) bits++;
      continue;
    }
    buffer = (buffer << bits) | CLEAR;
    held += bits;
    while (held >= 8) {
      held -= 8;
      out[at++] = buffer >>> held;
    }
    buffer &= (1 << held) - 1;
    bits = 9;
    next = FIRST;
    if (++stamp > LAST_STAMP) {
      stamp = 1;
      keys.fill(0);
    }
  }
  for (const code of [prefix, END]) {
    buffer = (buffer << bits) | code;
    held += bits;
    while (held >= 8) {
      held -= 8;
      out[at++] = buffer >>> held;
    }
    buffer &= (1 << held) - 1;
    if (++next === 1 << bits && bits < 12) bits++;
  }
  if (held > 0) out[at++] = buffer << (8 - held);
  return out.subarray(0, at);
}
