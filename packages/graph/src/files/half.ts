/** The two 16-bit floating types as float32: IEEE 754 binary16 and bfloat16. */

/** Raw bits of binary16 as float32; exact for every value, NaN stays NaN. */
export function halfToFloat32(bits: Uint16Array): Float32Array {
  const out = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) {
    const h = bits[i]!;
    const exponent = (h >> 10) & 31;
    const fraction = h & 1023;
    let value: number;
    if (exponent === 0) value = fraction * 2 ** -24;
    else if (exponent === 31) value = fraction === 0 ? Number.POSITIVE_INFINITY : Number.NaN;
    else value = (1024 + fraction) * 2 ** (exponent - 25);
    out[i] = h & 0x8000 ? -value : value;
  }
  return out;
}

/** Raw bits of bfloat16 as float32: they are its upper half. */
export function bfloatToFloat32(bits: Uint16Array): Float32Array {
  const out = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) out[i] = bits[i]! << 16;
  return new Float32Array(out.buffer);
}
