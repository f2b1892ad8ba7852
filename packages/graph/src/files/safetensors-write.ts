/** Writing safetensors: the same tensors always give the same bytes, whatever their order. */

import { GraphError } from '../errors.js';
import { bytesPerElement } from './dtype.js';
import { isSafeName, quote } from './one-line.js';
import { maxHeaderBytes } from './safetensors-header.js';
import { type StoredTensor, storedTensor } from './stored-tensor.js';
import { writeWhole } from './write-whole.js';

/** Tensors by name; `dtype` may be left out where the array says it. */
export type TensorsToWrite = Iterable<
  readonly [string, Pick<StoredTensor, 'shape' | 'data'> & Partial<Pick<StoredTensor, 'dtype'>>]
>;

export interface WriteOptions {
  /** Free text stored with the weights. */
  readonly metadata?: Iterable<readonly [string, string]>;
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function checkName(name: string): void {
  if (isSafeName(name) && name !== '__metadata__') return;
  throw new GraphError(`safetensors: expected a plain tensor name, got ${quote(name)}; rename it.`);
}

/** Checked, and sorted as the official writer does: widest elements first, then by name. */
export function inWritingOrder(tensors: TensorsToWrite): [string, StoredTensor][] {
  const all = new Map<string, StoredTensor>();
  for (const [name, { shape, data, dtype }] of tensors) {
    checkName(name);
    if (all.has(name)) {
      throw new GraphError(`safetensors: expected each name once, got ${quote(name)} twice.`);
    }
    all.set(name, storedTensor(data, shape, dtype === undefined ? {} : { dtype }));
  }
  return [...all].sort(
    ([a, s], [b, t]) => bytesPerElement(t.dtype) - bytesPerElement(s.dtype) || byText(a, b),
  );
}

/** The pieces of the file: header first, then the arrays as they stand in memory. */
function pieces(tensors: TensorsToWrite, { metadata = [] }: WriteOptions): Uint8Array[] {
  const sorted = inWritingOrder(tensors);
  const parts: string[] = [];
  const texts = [...metadata].sort(([a], [b]) => byText(a, b));
  if (texts.length > 0) {
    const members = texts.map(([key, value]) => {
      checkName(key);
      return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
    });
    parts.push(`"__metadata__":{${members.join(',')}}`);
  }
  let offset = 0;
  for (const [name, { dtype, shape, data }] of sorted) {
    const end = offset + data.byteLength;
    parts.push(
      `${JSON.stringify(name)}:{"dtype":"${dtype}","shape":[${shape.join(',')}],"data_offsets":[${offset},${end}]}`,
    );
    offset = end;
  }
  const json = new TextEncoder().encode(`{${parts.join(',')}}`);
  // Padded with spaces so that the data begins at a multiple of 8 and can be viewed in place.
  const head = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(0x20);
  if (head.length - 8 > maxHeaderBytes) {
    throw new GraphError(
      `safetensors: expected a header of at most ${maxHeaderBytes} bytes, got ${head.length - 8}; write fewer tensors or less metadata.`,
    );
  }
  new DataView(head.buffer).setBigUint64(0, BigInt(head.length - 8), true);
  head.set(json, 8);
  const data = sorted.map(
    ([, t]) => new Uint8Array(t.data.buffer, t.data.byteOffset, t.data.byteLength),
  );
  return [head, ...data];
}

/** The whole file in memory. */
export function encodeSafetensors(tensors: TensorsToWrite, options: WriteOptions = {}): Uint8Array {
  const all = pieces(tensors, options);
  const out = new Uint8Array(all.reduce((sum, p) => sum + p.byteLength, 0));
  let offset = 0;
  for (const p of all) {
    out.set(p, offset);
    offset += p.byteLength;
  }
  return out;
}

/** Writes the file under a temporary name and renames it when whole. */
export async function writeSafetensors(
  path: string,
  tensors: TensorsToWrite,
  options: WriteOptions = {},
): Promise<void> {
  await writeWhole(path, pieces(tensors, options));
}
