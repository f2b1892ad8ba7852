/** Image file directories to bytes, classic or BigTIFF, little-endian. */

import { TYPE_BYTES } from './tags.js';

/** One tag; text gets its closing zero here. */
export interface Field {
  readonly tag: number;
  /** TIFF's type number; 16 (LONG8) becomes LONG in a classic file. */
  readonly type: number;
  readonly values: ArrayLike<number> | string;
}

interface Sized {
  readonly tag: number;
  readonly type: number;
  readonly values: ArrayLike<number>;
  readonly bytes: number;
}

/** Bytes that a directory takes, values outside it included. */
export function directorySize(fields: readonly Field[], big: boolean): number {
  let size = headSize(fields.length, big);
  for (const { bytes } of fields.map((field) => sized(field, big))) {
    if (bytes > (big ? 8 : 4)) size += even(bytes);
  }
  return size;
}

/** The directory for byte `at`, its long values right behind it; `next` is the one after it. */
export function formatDirectory(
  fields: readonly Field[],
  { at, next, big }: { at: number; next: number; big: boolean },
): Uint8Array {
  const out = new Uint8Array(directorySize(fields, big));
  const view = new DataView(out.buffer);
  const pointer = big ? 8 : 4;
  const put = (where: number, value: number) =>
    big ? view.setBigUint64(where, BigInt(value), true) : view.setUint32(where, value, true);
  if (big) view.setBigUint64(0, BigInt(fields.length), true);
  else view.setUint16(0, fields.length, true);
  let entry = big ? 8 : 2;
  let free = headSize(fields.length, big);
  for (const field of [...fields].sort((a, b) => a.tag - b.tag)) {
    const { tag, type, values, bytes } = sized(field, big);
    view.setUint16(entry, tag, true);
    view.setUint16(entry + 2, type, true);
    put(entry + 4, values.length);
    const inside = entry + 4 + pointer;
    let where = inside;
    if (bytes > pointer) {
      put(inside, at + free);
      where = free;
      free += even(bytes);
    }
    writeValues(view, where, { type, values });
    entry = inside + pointer;
  }
  put(entry, next);
  return out;
}

function headSize(entries: number, big: boolean): number {
  return even(big ? 8 + 20 * entries + 8 : 2 + 12 * entries + 4);
}

const even = (bytes: number) => bytes + (bytes & 1);

function sized({ tag, type, values }: Field, big: boolean): Sized {
  const stored = type === 16 && !big ? 4 : type;
  const list = typeof values === 'string' ? [...new TextEncoder().encode(values), 0] : values;
  return { tag, type: stored, values: list, bytes: TYPE_BYTES[stored] * list.length };
}

function writeValues(
  view: DataView,
  at: number,
  { type, values }: { type: number; values: ArrayLike<number> },
): void {
  const bytes = TYPE_BYTES[type];
  for (let i = 0; i < values.length; i++) {
    const where = at + i * bytes;
    if (type === 3) view.setUint16(where, values[i], true);
    else if (type === 4) view.setUint32(where, values[i], true);
    else if (type === 12) view.setFloat64(where, values[i], true);
    else if (type === 16) view.setBigUint64(where, BigInt(values[i]), true);
    else view.setUint8(where, values[i]);
  }
}
