/** LZW as TIFF 6.0 section 13 has it: codes of 9 to 12 bits, high bit first, switching one early. */

const CLEAR = 256;
const END = 257;

/**
 * At most `length` decoded bytes; fewer where the data end early. Undefined where the data are
 * not LZW. Each dictionary entry is a place in the output and a length: no strings are built.
 */
export function decodeLzw(data: Uint8Array, length: number): Uint8Array | undefined {
  const out = new Uint8Array(length);
  const starts = new Int32Array(4098);
  const lengths = new Int32Array(4098);
  let at = 0;
  let next = 258;
  let bits = 9;
  let buffer = 0;
  let held = 0;
  let position = 0;
  let previousStart = -1;
  let previousLength = 0;
  while (at < length) {
    while (held < bits) {
      if (position >= data.length) return out.subarray(0, at);
      buffer = ((buffer << 8) | data[position++]) & 0xffffff;
      held += 8;
    }
    held -= bits;
    const code = (buffer >>> held) & ((1 << bits) - 1);
    if (code === END) break;
    if (code === CLEAR) {
      next = 258;
      bits = 9;
      previousStart = -1;
      continue;
    }
    const start = at;
    if (code < 256) {
      out[at++] = code;
    } else {
      if (code > next || previousStart < 0 || (code === next && next >= 4096)) return undefined;
      // A code that is just being made: the previous string and its own first byte.
      const from = code < next ? starts[code] : previousStart;
      const count = code < next ? lengths[code] : previousLength + 1;
      const end = Math.min(length, at + count);
      for (let i = from; at < end; ) out[at++] = out[i++];
    }
    if (previousStart >= 0 && next < 4096) {
      // The new string: the previous one and the byte that follows it in the output.
      starts[next] = previousStart;
      lengths[next] = previousLength + 1;
      next++;
      if (next >= (1 << bits) - 1 && bits < 12) bits++;
    }
    previousStart = start;
    previousLength = at - start;
  }
  return out.subarray(0, at);
}
