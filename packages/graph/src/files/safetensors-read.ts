/** Reading safetensors: from bytes, whole from a file, or tensor by tensor. */

import { GraphError } from '../errors.js';
import { type ByteSource, type FileInput, openSource, withSource } from './byte-source.js';
import { viewAs } from './dtype.js';
import { quote } from './one-line.js';
import { type Header, headerLength, parseHeader } from './safetensors-header.js';
import type { StoredTensor, TensorFile, TensorInfo } from './stored-tensor.js';

/** A weights file whose tensors are fetched when asked for. */
export interface LazyTensorFile {
  readonly metadata: ReadonlyMap<string, string>;
  /** Type and shape by name, in the order in which the data lies. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** @throws GraphError for a name that is not there */
  read(name: string): Promise<StoredTensor>;
  close(): Promise<void>;
}

/**
 * The tensors of a safetensors file in memory. They are views of `bytes` where aligned.
 *
 * @param options.file how messages call it
 * @throws GraphError for anything but a whole, consistent file
 */
export function parseSafetensors(
  bytes: Uint8Array,
  { file = 'weights in memory' }: { readonly file?: string } = {},
): TensorFile {
  const length = headerLength(bytes.subarray(0, 8), bytes.byteLength, file);
  const start = 8 + length;
  const { metadata, entries } = parseHeader(
    bytes.subarray(8, start),
    bytes.byteLength - start,
    file,
  );
  const tensors = new Map<string, StoredTensor>();
  for (const [name, { dtype, shape, begin, end }] of entries) {
    const data = viewAs(dtype, bytes.subarray(start + begin, start + end));
    tensors.set(name, { dtype, shape, data });
  }
  return { metadata, tensors };
}

/** The header of an open source and where its data begins. */
export async function readHeader(source: ByteSource): Promise<Header & { readonly start: number }> {
  const prefix = await source.read(0, Math.min(8, source.size));
  const length = headerLength(prefix, source.size, source.name);
  const json = await source.read(8, length);
  const start = 8 + length;
  return { ...parseHeader(json, source.size - start, source.name), start };
}

/** Tensors by name from an open source; closing the result closes the source. */
export async function lazySafetensors(source: ByteSource): Promise<LazyTensorFile> {
  const { metadata, entries, start } = await readHeader(source);
  return {
    metadata,
    tensors: new Map([...entries].map(([name, { dtype, shape }]) => [name, { dtype, shape }])),
    async read(name) {
      const entry = entries.get(name);
      if (entry === undefined) {
        throw new GraphError(
          `${source.name}: expected a tensor ${quote(name)}, got ${entries.size} others; see its names with bandweave info.`,
        );
      }
      const { dtype, shape, begin, end } = entry;
      const bytes = await source.read(start + begin, end - begin);
      return { dtype, shape, data: viewAs(dtype, bytes) };
    },
    close: () => source.close(),
  };
}

/** Opens a safetensors file and reads its header only. The caller closes it. */
export async function openSafetensors(input: FileInput): Promise<LazyTensorFile> {
  const source = await openSource(input);
  try {
    return await lazySafetensors(source);
  } catch (error) {
    await source.close();
    throw error;
  }
}

/**
 * All tensors of one safetensors file. Read from a path, each has memory of its own and may be
 * transferred to a worker; from bytes, they are views as in `parseSafetensors`.
 *
 * @throws GraphError for anything but a whole, consistent file
 */
export async function readSafetensors(input: FileInput): Promise<TensorFile> {
  if (typeof input !== 'string') return parseSafetensors(input);
  return withSource(input, async (source) => {
    const { metadata, entries, start } = await readHeader(source);
    const tensors = new Map<string, StoredTensor>();
    for (const [name, { dtype, shape, begin, end }] of entries) {
      const data = viewAs(dtype, await source.read(start + begin, end - begin));
      tensors.set(name, { dtype, shape, data });
    }
    return { metadata, tensors };
  });
}
