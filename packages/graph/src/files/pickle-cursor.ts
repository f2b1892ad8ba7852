/** Reading the arguments of pickle opcodes from bytes, never past their end. */

import { GraphError } from '../errors.js';

/** The bytes end within the pickle; a reader that gave only a part of a file may give more. */
export class PickleEnd extends GraphError {}

const maxLine = 512;
const maxString = 1 << 20;
const maxLongBytes = 32;

export class PickleCursor {
  readonly start: number;
  private readonly view: DataView;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly file: string,
    public pos: number,
  ) {
    this.start = pos;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  fail(expected: string, got: string): never {
    throw new GraphError(
      `${this.file}: expected ${expected} in the pickle at byte ${this.pos}, got ${got}; the file is damaged or no PyTorch file.`,
    );
  }

  /** Moves on by n bytes and says where they began. */
  private skip(n: number): number {
    const at = this.pos;
    if (n > this.bytes.byteLength - at) {
      throw new PickleEnd(
        `${this.file}: expected ${n} more bytes in the pickle at byte ${at}, got its end; the file is cut short, fetch it again.`,
      );
    }
    this.pos = at + n;
    return at;
  }

  u8 = (): number => this.bytes[this.skip(1)]!;
  u16 = (): number => this.view.getUint16(this.skip(2), true);
  u32 = (): number => this.view.getUint32(this.skip(4), true);
  i32 = (): number => this.view.getInt32(this.skip(4), true);
  f64 = (): number => this.view.getFloat64(this.skip(8), false);

  u64(): number {
    const value = Number(this.view.getBigUint64(this.skip(8), true));
    return Number.isSafeInteger(value) ? value : this.fail('a length below 2^53', String(value));
  }

  /** Two's complement of n bytes; a number where it is a safe integer. */
  long(n: number): number | bigint {
    if (n > maxLongBytes) this.fail(`integers of at most ${maxLongBytes} bytes`, `one of ${n}`);
    const at = this.skip(n);
    let value = 0n;
    for (let i = n - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.bytes[at + i]!);
    value = BigInt.asIntN(8 * n, value);
    const small = Number(value);
    return Number.isSafeInteger(small) ? small : value;
  }

  /** UTF-8 text of n bytes. */
  text(n: number): string {
    if (n > maxString) this.fail(`strings of at most ${maxString} bytes`, `one of ${n}`);
    const at = this.skip(n);
    try {
      const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
      return decoder.decode(this.bytes.subarray(at, at + n));
    } catch {
      this.pos = at;
      return this.fail('UTF-8 text', 'other bytes');
    }
  }

  /** Text up to a line feed, which is passed over. */
  line(): string {
    const end = this.bytes.subarray(0, this.pos + maxLine).indexOf(10, this.pos);
    if (end < 0) {
      if (this.bytes.byteLength - this.pos >= maxLine) {
        this.fail(`lines of at most ${maxLine} bytes`, 'a longer one');
      }
      this.skip(this.bytes.byteLength - this.pos + 1);
    }
    const text = this.text(end - this.pos);
    this.pos = end + 1;
    return text;
  }
}
