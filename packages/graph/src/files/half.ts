/** The two 16-bit floating types as float32: IEEE 754 binary16 and bfloat16. */

/** The value of one binary16. */
function halfValue(h: number): number {
  const exponent = (h >> 10) & 31;
  const fraction = h & 1023;
  const sign = h & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent < 31) return sign * (1024 + fraction) * 2 ** (exponent - 25);
  return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
}

let table: Float32Array | undefined;

/** Raw bits of binary16 as float32; exact for every value, NaN stays NaN. */
export function halfToFloat32(bits: Uint16Array): Float32Array {
  table ??= Float32Array.from({ length: 1 << 16 }, (_, h) => halfValue(h));
  const out = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) out[i] = table[bits[i]!]!;
  return out;
}

/** Raw bits of bfloat16 as float32: they are its upper half. */
export function bfloatToFloat32(bits: Uint16Array): Float32Array {
  const out = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) out[i] = bits[i]! << 16;
  return new Float32Array(out.buffer);
}

/** The nearest binary16 of each value, halves to even; beyond its range infinity, NaN stays NaN. */
export function float32ToHalf(values: Float32Array): Uint16Array {
  const out = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
    const size = Math.abs(value);
    if (Number.isNaN(size)) out[i] = 0x7e00;
    else if (size >= 65520) out[i] = sign | 0x7c00;
    else {
      // The step between neighbours is that of the value's power of two, 2^-24 at the least.
      const exponent = size < 2 ** -14 ? -14 : Math.floor(Math.log2(size));
      const steps = evenRound(size / 2 ** (exponent - 10));
      // A fraction rounded up to 2048 carries over into the exponent by itself.
      out[i] = sign | (size < 2 ** -14 ? steps : ((exponent + 14) << 10) + steps);
    }
  }
  return out;
}

function evenRound(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}
