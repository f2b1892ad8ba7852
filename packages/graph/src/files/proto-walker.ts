/**
 * Walking over the fields of a protobuf file without holding it: large fields are passed over,
 * small ones are read when asked for.
 */

import { GraphError } from '../errors.js';
import type { ByteSource } from './byte-source.js';

const window = 1 << 16;
const maxMessage = 16 << 20;

export interface Field {
  readonly number: number;
  /** Value of a varint field (low 53 bits matter), 0 for others. */
  readonly value: number;
  /** Where the content of a length-delimited field lies; empty for others. */
  readonly begin: number;
  readonly end: number;
}

export class ProtoWalker {
  private held: Uint8Array = new Uint8Array(0);
  private heldAt = 0;

  constructor(
    private readonly source: ByteSource,
    private readonly what: string,
  ) {}

  fail(got: string): never {
    throw new GraphError(
      `${this.source.name}: expected ${this.what}, got ${got}; it is another kind of file or damaged.`,
    );
  }

  private async byte(at: number, end: number): Promise<number> {
    if (at >= end) this.fail(`a field that ends beyond byte ${end}`);
    if (at < this.heldAt || at >= this.heldAt + this.held.length) {
      this.held = await this.source.read(at, Math.min(window, this.source.size - at));
      this.heldAt = at;
    }
    return this.held[at - this.heldAt]!;
  }

  private async varint(at: number, end: number): Promise<{ value: number; next: number }> {
    let value = 0;
    for (let i = 0; i < 10; i++) {
      const b = await this.byte(at + i, end);
      value += (b & 127) * 2 ** (7 * i);
      if (b < 128) return { value, next: at + i + 1 };
    }
    return this.fail(`a number of more than 10 bytes at byte ${at}`);
  }

  /** The fields between two places, one after another. */
  async *fields(begin: number, end: number): AsyncGenerator<Field> {
    for (let at = begin; at < end; ) {
      const tag = await this.varint(at, end);
      const number = Math.floor(tag.value / 8);
      const field = { number, value: 0, begin: tag.next, end: tag.next };
      if (number === 0 || tag.value > 0xffffffff) this.fail(`field number ${number} at byte ${at}`);
      at = tag.next;
      switch (tag.value % 8) {
        case 0: {
          const { value, next } = await this.varint(at, end);
          field.value = value;
          at = next;
          break;
        }
        case 1:
          at += 8;
          break;
        case 2: {
          const { value, next } = await this.varint(at, end);
          field.begin = next;
          at = field.end = next + value;
          break;
        }
        case 5:
          at += 4;
          break;
        default:
          this.fail(`wire type ${tag.value % 8} at byte ${at}`);
      }
      if (!(at <= end)) this.fail(`a field that ends at byte ${at}, beyond ${end}`);
      yield field;
    }
  }

  /** The content of a small field. */
  async bytes({ begin, end }: Field): Promise<Uint8Array> {
    if (end - begin > maxMessage) this.fail(`a field of ${end - begin} bytes at byte ${begin}`);
    if (begin >= this.heldAt && end <= this.heldAt + this.held.length) {
      return this.held.subarray(begin - this.heldAt, end - this.heldAt);
    }
    return this.source.read(begin, end - begin);
  }

  async text(field: Field): Promise<string> {
    return new TextDecoder().decode(await this.bytes(field));
  }
}
