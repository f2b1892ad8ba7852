/** Bytes at an offset: what a format reader needs of a file or an address. */

export interface ByteSource {
  /** Path or address, for messages. */
  readonly name: string;
  /** Length of the whole in bytes. */
  readonly size: number;
  /** Ranges nearer to each other than this are cheaper to read as one. */
  readonly worthBridging: number;
  /** Exactly `length` bytes, which must lie inside; throws an InputError where they can't be had. */
  read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array>;
  close(): Promise<void>;
}
