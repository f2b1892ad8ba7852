/**
 * The header of a TIFF file and its image file directories, every count and offset held against
 * the file's size before anything is allocated. Our own and not geotiff.js's, which allocates
 * what a file declares before it looks, and reads the late arrays of big-endian files wrongly.
 */

import { InputError } from '@bandweave/image';
import type { ByteSource } from '../bytes/byte-source.js';
import { TYPE_BYTES } from './tags.js';

const MOST_DIRECTORIES = 512;
const MOST_ENTRIES = 4096;

interface Entry {
  readonly type: number;
  readonly count: number;
  /** Where the values stand in the file. */
  readonly offset: number;
}

export interface TiffHeader {
  readonly littleEndian: boolean;
  readonly bigTiff: boolean;
  readonly directories: readonly Directory[];
  /** Text between header and first directory by which GDAL marks its COGs; '' without. */
  readonly ghost: string;
}

/** One image file directory; its values are read when asked for. */
export class Directory {
  readonly #source: ByteSource;
  readonly #littleEndian: boolean;
  readonly #entries: ReadonlyMap<number, Entry>;

  constructor(source: ByteSource, littleEndian: boolean, entries: ReadonlyMap<number, Entry>) {
    this.#source = source;
    this.#littleEndian = littleEndian;
    this.#entries = entries;
  }

  has(tag: number): boolean {
    return this.#entries.has(tag);
  }

  /** The values of a numeric tag; empty where it is absent. */
  async numbers(tag: number, most = 1 << 28): Promise<Float64Array> {
    const entry = this.#entries.get(tag);
    if (!entry) return new Float64Array(0);
    if (entry.count > most) {
      throw new InputError(
        `${this.#source.name}: expected at most ${most} values in TIFF tag ${tag}, got ${entry.count}; the file is damaged.`,
      );
    }
    const bytes = await this.#bytes(tag, entry);
    return decodeNumbers(new DataView(bytes.buffer, bytes.byteOffset), entry, this.#littleEndian);
  }

  /** The first value of a numeric tag, or `otherwise`. */
  async number(tag: number, otherwise: number): Promise<number> {
    const values = await this.numbers(tag, 1 << 20);
    return values.length > 0 ? values[0] : otherwise;
  }

  /** A text tag without its closing zeros; undefined where it is absent. */
  async text(tag: number): Promise<string | undefined> {
    const entry = this.#entries.get(tag);
    if (!entry || TYPE_BYTES[entry.type] !== 1) return undefined;
    if (entry.count > 1 << 26) {
      throw new InputError(
        `${this.#source.name}: expected at most 64 MB of text in TIFF tag ${tag}, got ${entry.count} bytes; the file is damaged.`,
      );
    }
    return new TextDecoder().decode(await this.#bytes(tag, entry)).replace(/\0[\s\S]*$/, '');
  }

  async #bytes(tag: number, { type, count, offset }: Entry): Promise<Uint8Array> {
    const length = (TYPE_BYTES[type] ?? 1) * count;
    const { name, size } = this.#source;
    if (offset + length > size) {
      throw new InputError(
        `${name}: expected ${length} bytes of TIFF tag ${tag} at ${offset}, got a file of ${size} bytes; it is truncated or damaged, fetch it again.`,
      );
    }
    return this.#source.read(offset, length);
  }
}

function decodeNumbers(view: DataView, { type, count }: Entry, le: boolean): Float64Array {
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = decodeNumber(view, type, i, le);
  return values;
}

function decodeNumber(view: DataView, type: number, i: number, le: boolean): number {
  switch (type) {
    case 3:
      return view.getUint16(2 * i, le);
    case 4:
    case 13:
      return view.getUint32(4 * i, le);
    case 5:
      return view.getUint32(8 * i, le) / view.getUint32(8 * i + 4, le);
    case 6:
      return view.getInt8(i);
    case 8:
      return view.getInt16(2 * i, le);
    case 9:
      return view.getInt32(4 * i, le);
    case 10:
      return view.getInt32(8 * i, le) / view.getInt32(8 * i + 4, le);
    case 11:
      return view.getFloat32(4 * i, le);
    case 12:
      return view.getFloat64(8 * i, le);
    case 16:
    case 18:
      return Number(view.getBigUint64(8 * i, le));
    case 17:
      return Number(view.getBigInt64(8 * i, le));
    default:
      return view.getUint8(i);
  }
}

/** True where the first bytes are those of a TIFF or BigTIFF file. */
export function isTiff(head: Uint8Array): boolean {
  if (head.length < 8) return false;
  const view = new DataView(head.buffer, head.byteOffset);
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return false;
  const magic = view.getUint16(2, order === 0x4949);
  return magic === 42 || magic === 43;
}

/** Reads header and directories; an InputError where they lead outside the file or in circles. */
export async function readHeader(source: ByteSource): Promise<TiffHeader> {
  const { name, size } = source;
  const head = await source.read(0, Math.min(size, 1024));
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const littleEndian = view.getUint16(0) === 0x4949;
  const bigTiff = view.getUint16(2, littleEndian) === 43;
  const start = bigTiff ? 16 : 8;
  if (size < start || (bigTiff && view.getUint16(4, littleEndian) !== 8)) {
    throw new InputError(`${name}: expected a TIFF header, got a damaged one; fetch it again.`);
  }
  const directories: Directory[] = [];
  const visited = new Set<number>();
  let offset = bigTiff
    ? Number(view.getBigUint64(8, littleEndian))
    : view.getUint32(4, littleEndian);
  while (offset !== 0) {
    if (visited.has(offset) || directories.length >= MOST_DIRECTORIES) {
      throw new InputError(
        `${name}: expected at most ${MOST_DIRECTORIES} TIFF directories, got a chain without end; the file is damaged.`,
      );
    }
    visited.add(offset);
    const { directory, next } = await readDirectory(source, offset, { littleEndian, bigTiff });
    directories.push(directory);
    offset = next;
  }
  if (directories.length === 0) {
    throw new InputError(`${name}: expected an image in the TIFF file, got none; fetch it again.`);
  }
  const ghost = new TextDecoder('latin1').decode(head.subarray(start));
  const marked = ghost.startsWith('GDAL_STRUCTURAL_METADATA_SIZE=');
  return { littleEndian, bigTiff, directories, ghost: marked ? ghost : '' };
}

async function readDirectory(
  source: ByteSource,
  offset: number,
  { littleEndian: le, bigTiff }: { littleEndian: boolean; bigTiff: boolean },
): Promise<{ directory: Directory; next: number }> {
  const { name, size } = source;
  const countBytes = bigTiff ? 8 : 2;
  const entryBytes = bigTiff ? 20 : 12;
  const outside = (what: string) =>
    new InputError(
      `${name}: expected a TIFF directory at byte ${offset}, got ${what}; the file is truncated or damaged, fetch it again.`,
    );
  if (offset + countBytes > size) throw outside(`a file of ${size} bytes`);
  const head = await source.read(offset, countBytes);
  const headView = new DataView(head.buffer, head.byteOffset);
  const count = bigTiff ? Number(headView.getBigUint64(0, le)) : headView.getUint16(0, le);
  if (count === 0 || count > MOST_ENTRIES) throw outside(`${count} entries`);
  const nextBytes = bigTiff ? 8 : 4;
  const length = count * entryBytes;
  if (offset + countBytes + length + nextBytes > size) throw outside(`a file of ${size} bytes`);
  const bytes = await source.read(offset + countBytes, length + nextBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const entries = new Map<number, Entry>();
  for (let at = 0; at < length; at += entryBytes) {
    const type = view.getUint16(at + 2, le);
    const unit = TYPE_BYTES[type];
    if (unit === undefined) continue;
    const values = bigTiff ? Number(view.getBigUint64(at + 4, le)) : view.getUint32(at + 4, le);
    const field = at + (bigTiff ? 12 : 8);
    const inline = unit * values <= (bigTiff ? 8 : 4);
    const pointer = bigTiff ? Number(view.getBigUint64(field, le)) : view.getUint32(field, le);
    const where = inline ? offset + countBytes + field : pointer;
    entries.set(view.getUint16(at, le), { type, count: values, offset: where });
  }
  const next = bigTiff ? Number(view.getBigUint64(length, le)) : view.getUint32(length, le);
  return { directory: new Directory(source, le, entries), next };
}
