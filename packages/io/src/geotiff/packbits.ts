/** PackBits as TIFF 6.0 section 9 has it. */

/** At most `length` decoded bytes; fewer where the data end early. */
export function decodePackbits(data: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  let position = 0;
  while (at < length && position < data.length) {
    const header = data[position++];
    if (header < 128) {
      const end = Math.min(at + header + 1, length, at + data.length - position);
      while (at < end) out[at++] = data[position++];
    } else if (header > 128) {
      const end = Math.min(at + 257 - header, length);
      out.fill(data[position++] ?? 0, at, end);
      at = end;
    }
  }
  return out.subarray(0, at);
}
