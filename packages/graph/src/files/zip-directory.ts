/**
 * The directory of a zip file, within bounds, for archives whose entries are stored as they are.
 * PyTorch never compresses; refusing compressed entries rules out zip bombs altogether.
 * Format: PKWARE APPNOTE 6.3.
 */

import { GraphError } from '../errors.js';
import type { ByteSource } from './byte-source.js';
import { isSafeName, quote } from './one-line.js';

export interface ZipEntry {
  readonly size: number;
  /** Of the local header; the data follows it. */
  readonly headerOffset: number;
}

const maxDirectory = 64 << 20;
const tailSize = 22 + 0xffff;
const again = 'the file is damaged or cut short, fetch it again';

const viewOf = (b: Uint8Array): DataView => new DataView(b.buffer, b.byteOffset, b.byteLength);

function safe(value: bigint): number {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : Number.POSITIVE_INFINITY;
}

/** Where the central directory lies, from the end record (and the 64-bit one where there is one). */
async function findDirectory(
  source: ByteSource,
): Promise<{ offset: number; size: number; count: number }> {
  const from = Math.max(0, source.size - tailSize);
  const tail = viewOf(await source.read(from, source.size - from));
  for (let i = tail.byteLength - 22; i >= 0; i--) {
    if (tail.getUint32(i, true) !== 0x06054b50) continue;
    if (i + 22 + tail.getUint16(i + 20, true) !== tail.byteLength) continue;
    const count = tail.getUint16(i + 10, true);
    const size = tail.getUint32(i + 12, true);
    const offset = tail.getUint32(i + 16, true);
    const large = count === 0xffff || size === 0xffffffff || offset === 0xffffffff;
    if (!large || i < 20 || tail.getUint32(i - 20, true) !== 0x07064b50) {
      return { offset, size, count };
    }
    const at = safe(tail.getBigUint64(i - 12, true));
    if (at + 56 > source.size) break;
    const record = viewOf(await source.read(at, 56));
    if (record.getUint32(0, true) !== 0x06064b50) break;
    return {
      count: safe(record.getBigUint64(32, true)),
      size: safe(record.getBigUint64(40, true)),
      offset: safe(record.getBigUint64(48, true)),
    };
  }
  throw new GraphError(
    `${source.name}: expected the directory of a zip file at its end, got none; ${again}.`,
  );
}

/** 64-bit sizes from the extra field, in the order in which the 32-bit ones are all ones. */
function widen(view: DataView, at: number, length: number, values: number[]): number[] {
  for (let i = at; i + 4 <= at + length; ) {
    const id = view.getUint16(i, true);
    const bytes = view.getUint16(i + 2, true);
    const end = i + 4 + bytes;
    if (end > at + length) break;
    if (id === 1) {
      let p = i + 4;
      return values.map((v) => {
        if (v !== 0xffffffff || p + 8 > end) return v;
        p += 8;
        return safe(view.getBigUint64(p - 8, true));
      });
    }
    i = end;
  }
  return values;
}

function checkName(name: string, file: string): void {
  const parts = name.split('/');
  const bad =
    name === '' ||
    !isSafeName(name) ||
    /[\\:]/.test(name) ||
    parts.some((part, i) => part === '..' || part === '.' || (part === '' && i < parts.length - 1));
  if (!bad) return;
  throw new GraphError(
    `${file}: expected plain names inside the zip file, got ${quote(name)}; no file that PyTorch wrote, do not trust it.`,
  );
}

/** All entries by name. */
export async function readZipDirectory(source: ByteSource): Promise<Map<string, ZipEntry>> {
  const { offset, size, count } = await findDirectory(source);
  if (size > maxDirectory || !(offset + size <= source.size) || count * 46 > size) {
    throw new GraphError(
      `${source.name}: expected a zip directory within its ${source.size} bytes, got ${count} entries in ${size} bytes at ${offset}; ${again}.`,
    );
  }
  const bytes = await source.read(offset, size);
  const view = viewOf(bytes);
  const entries = new Map<string, ZipEntry>();
  let total = 0;
  let at = 0;
  for (let i = 0; i < count; i++) {
    const fixed = at + 46;
    if (fixed > size || view.getUint32(at, true) !== 0x02014b50) {
      throw new GraphError(
        `${source.name}: expected ${count} entries in the zip directory, got ${i}; ${again}.`,
      );
    }
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const end = fixed + nameLength + extraLength + view.getUint16(at + 32, true);
    if (end > size) {
      throw new GraphError(`${source.name}: expected whole zip entries, got one cut; ${again}.`);
    }
    const name = new TextDecoder().decode(bytes.subarray(fixed, fixed + nameLength));
    checkName(name, source.name);
    const [full, packed, headerOffset] = widen(view, fixed + nameLength, extraLength, [
      view.getUint32(at + 24, true),
      view.getUint32(at + 20, true),
      view.getUint32(at + 42, true),
    ]) as [number, number, number];
    const method = view.getUint16(at + 10, true);
    if (method !== 0 || packed !== full || view.getUint16(at + 8, true) & 1) {
      throw new GraphError(
        `${source.name}: expected stored zip entries, got ${quote(name)} compressed or encrypted (${packed} bytes for ${full}); save it again with torch.save.`,
      );
    }
    total += full;
    // Entries that share bytes would let a small file stand for a large one.
    if (!(total <= source.size) || !(headerOffset + 30 + full <= source.size)) {
      throw new GraphError(
        `${source.name}: expected zip entries within its ${source.size} bytes, got ${quote(name)} of ${full} bytes at ${headerOffset}; ${again}.`,
      );
    }
    if (entries.has(name)) {
      throw new GraphError(
        `${source.name}: expected each zip entry once, got ${quote(name)} twice; do not trust it.`,
      );
    }
    entries.set(name, { size: full, headerOffset });
    at = end;
  }
  return entries;
}

/** Where the data of an entry begins, from its local header. */
export async function zipDataOffset(
  source: ByteSource,
  name: string,
  { headerOffset, size }: ZipEntry,
): Promise<number> {
  const head = viewOf(await source.read(headerOffset, 30));
  const offset = headerOffset + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  if (head.getUint32(0, true) !== 0x04034b50 || offset + size > source.size) {
    throw new GraphError(
      `${source.name}: expected the zip entry ${quote(name)} at byte ${headerOffset}, got other bytes; ${again}.`,
    );
  }
  return offset;
}
