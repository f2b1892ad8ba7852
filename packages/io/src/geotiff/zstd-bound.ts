/** How much a ZSTD frame may unfold to, read from its headers (RFC 8878, section 3.1.1). */

const MAGIC = 0xfd2fb528;
const MOST_BLOCK = 128 * 1024;

/** An upper bound in bytes; undefined where the data are not a well-formed frame. */
export function zstdBound(data: Uint8Array): number | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  if (data.length < 6 || view.getUint32(0, true) !== MAGIC) return undefined;
  const descriptor = data[4];
  const single = (descriptor >> 5) & 1;
  const contentBytes = [single, 2, 4, 8][descriptor >> 6];
  let at = 5 + (single ? 0 : 1) + [0, 1, 2, 4][descriptor & 3];
  let stated = 0;
  if (at + contentBytes > data.length) return undefined;
  if (contentBytes === 1) stated = data[at];
  else if (contentBytes === 2) stated = view.getUint16(at, true) + 256;
  else if (contentBytes === 4) stated = view.getUint32(at, true);
  else if (contentBytes === 8) stated = Number(view.getBigUint64(at, true));
  at += contentBytes;
  let bound = 0;
  for (let last = false; !last; ) {
    if (at + 3 > data.length) return undefined;
    const header = data[at] | (data[at + 1] << 8) | (data[at + 2] << 16);
    last = (header & 1) === 1;
    const type = (header >> 1) & 3;
    const size = header >>> 3;
    if (type === 3 || size > MOST_BLOCK) return undefined;
    bound += type === 2 ? MOST_BLOCK : size;
    at += 3 + (type === 1 ? 1 : size);
  }
  if (at > data.length) return undefined;
  return Math.max(stated, contentBytes > 0 ? 0 : bound);
}
