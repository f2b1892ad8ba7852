/**
 * The header of a safetensors file, read by a scanner of its own: JSON.parse would build any
 * nesting that a hostile header holds and drop duplicate names without a word.
 * Format: 8 bytes length (little endian), JSON, data. https://github.com/huggingface/safetensors
 */

import { GraphError } from '../errors.js';
import { bytesPerElement, type DType, dtypes, isDType } from './dtype.js';
import { isSafeName, quote } from './one-line.js';
import { byteCount, type TensorInfo } from './stored-tensor.js';

/** The official reader's limit. */
export const maxHeaderBytes = 100_000_000;
const maxRank = 32;
const maxMembers = 1 << 18;

/** Where a tensor lies, counted from the start of the data section. */
export interface Entry extends TensorInfo {
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly metadata: Map<string, string>;
  /** In the order in which the data lies. */
  readonly entries: Map<string, Entry>;
}

const again = 'the file is damaged, fetch it again';

/**
 * Length of the JSON part, checked against the file's size.
 *
 * @param prefix the first 8 bytes
 */
export function headerLength(prefix: Uint8Array, fileSize: number, file: string): number {
  if (prefix.byteLength < 8) {
    throw new GraphError(
      `${file}: expected a safetensors file of at least 8 bytes, got ${fileSize}; ${again}.`,
    );
  }
  const view = new DataView(prefix.buffer, prefix.byteOffset, 8);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(maxHeaderBytes)) {
    throw new GraphError(
      `${file}: expected a safetensors header of at most ${maxHeaderBytes} bytes, got ${length}; this is no safetensors file or it is damaged.`,
    );
  }
  if (Number(length) > fileSize - 8) {
    throw new GraphError(
      `${file}: expected ${length} header bytes, got a file with ${fileSize - 8} after the length; ${again}.`,
    );
  }
  return Number(length);
}

class Scanner {
  pos = 0;

  constructor(
    private readonly text: string,
    private readonly file: string,
  ) {}

  fail(expected: string): never {
    const got =
      this.pos < this.text.length ? quote(this.text.slice(this.pos, this.pos + 16)) : 'its end';
    throw new GraphError(
      `${this.file}: expected ${expected} in the safetensors header at character ${this.pos}, got ${got}; ${again}.`,
    );
  }

  private space(): void {
    for (; this.pos < this.text.length; this.pos++) {
      const c = this.text.charCodeAt(this.pos);
      if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return;
    }
  }

  /** Whether this character comes next; it is passed over if so. */
  take(character: string): boolean {
    this.space();
    if (this.text[this.pos] !== character) return false;
    this.pos++;
    return true;
  }

  need(character: string): void {
    if (!this.take(character)) this.fail(quote(character));
  }

  string(): string {
    this.need('"');
    const start = this.pos - 1;
    for (; this.pos < this.text.length; this.pos++) {
      const c = this.text[this.pos];
      if (c === '\\') this.pos++;
      else if (c === '"') {
        this.pos++;
        try {
          return JSON.parse(this.text.slice(start, this.pos)) as string;
        } catch {
          this.pos = start;
          this.fail('a string');
        }
      }
    }
    this.pos = start;
    this.fail('the end of a string');
  }

  natural(): number {
    this.space();
    const start = this.pos;
    let value = 0;
    for (; this.pos < this.text.length; this.pos++) {
      const digit = this.text.charCodeAt(this.pos) - 48;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (this.pos === start || !Number.isSafeInteger(value)) {
      this.pos = start;
      this.fail('a whole number below 2^53');
    }
    return value;
  }

  naturals(limit: number): number[] {
    const out: number[] = [];
    this.need('[');
    if (this.take(']')) return out;
    do {
      if (out.length === limit) this.fail(`at most ${limit} numbers`);
      out.push(this.natural());
    } while (this.take(','));
    this.need(']');
    return out;
  }

  /** Calls back for each member of an object, which must read the value. */
  members(read: (key: string) => void): void {
    this.need('{');
    if (this.take('}')) return;
    const seen = new Set<string>();
    do {
      const key = this.string();
      if (seen.has(key)) {
        throw new GraphError(
          `${this.file}: expected each name once in the safetensors header, got ${quote(key)} twice; ${again}.`,
        );
      }
      if (seen.size === maxMembers) this.fail(`at most ${maxMembers} names`);
      seen.add(key);
      this.need(':');
      read(key);
    } while (this.take(','));
    this.need('}');
  }

  end(): void {
    this.space();
    if (this.pos !== this.text.length) this.fail('nothing more');
  }
}

function readEntry(scan: Scanner, name: string, file: string): Entry {
  let dtype: DType | undefined;
  let shape: number[] | undefined;
  let offsets: number[] | undefined;
  scan.members((key) => {
    if (key === 'dtype') {
      const given = scan.string();
      if (!isDType(given)) {
        throw new GraphError(
          `${file}: expected tensor ${quote(name)} as one of ${dtypes.join(' ')}, got ${quote(given)}; convert it where it was written.`,
        );
      }
      dtype = given;
    } else if (key === 'shape') shape = scan.naturals(maxRank);
    else if (key === 'data_offsets') offsets = scan.naturals(2);
    else scan.fail('dtype, shape or data_offsets');
  });
  if (dtype === undefined || shape === undefined || offsets?.length !== 2) {
    throw new GraphError(
      `${file}: expected dtype, shape and two data_offsets for tensor ${quote(name)}, got fewer; ${again}.`,
    );
  }
  const entry = { dtype, shape, begin: offsets[0]!, end: offsets[1]! };
  const bytes = byteCount(entry);
  if (bytes !== entry.end - entry.begin) {
    const wanted = Number.isNaN(bytes) ? 'fewer than 2^53 bytes' : `${bytes} bytes`;
    throw new GraphError(
      `${file}: expected ${wanted} for tensor ${quote(name)} of ${dtype} [${shape.join(', ')}] (${bytesPerElement(dtype)} bytes each), got offsets ${entry.begin} to ${entry.end}; ${again}.`,
    );
  }
  return entry;
}

/** Entries by offset; the data must be covered from its first byte to its last, each byte once. */
function inOrder(entries: Map<string, Entry>, dataSize: number, file: string): Map<string, Entry> {
  const sorted = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const [name, { begin, end }] of sorted) {
    if (begin !== covered || end > dataSize) {
      throw new GraphError(
        `${file}: expected tensor ${quote(name)} to begin at data byte ${covered} and end within ${dataSize}, got ${begin} to ${end}; ${again}.`,
      );
    }
    covered = end;
  }
  if (covered !== dataSize) {
    throw new GraphError(
      `${file}: expected ${covered} bytes of data by its header, got ${dataSize}; ${again}.`,
    );
  }
  return new Map(sorted);
}

/**
 * Everything in the header, checked: names, types, shapes against offsets, offsets against data.
 *
 * @param json     the JSON part alone
 * @param dataSize bytes after it
 */
export function parseHeader(json: Uint8Array, dataSize: number, file: string): Header {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(json);
  } catch {
    throw new GraphError(
      `${file}: expected UTF-8 text in the safetensors header, got other bytes; this is no safetensors file or it is damaged.`,
    );
  }
  const scan = new Scanner(text, file);
  const metadata = new Map<string, string>();
  const entries = new Map<string, Entry>();
  if (text[0] !== '{') scan.fail('"{"');
  const checkName = (name: string): void => {
    if (isSafeName(name)) return;
    throw new GraphError(
      `${file}: expected plain names in the safetensors header, got ${quote(name)}; rename it where it was written.`,
    );
  };
  scan.members((name) => {
    if (name === '__metadata__') {
      scan.members((key) => {
        checkName(key);
        metadata.set(key, scan.string());
      });
      return;
    }
    checkName(name);
    entries.set(name, readEntry(scan, name, file));
  });
  scan.end();
  return { metadata, entries: inOrder(entries, dataSize, file) };
}
