/**
 * Files written by torch.save, read without Python: the zip form (PyTorch 1.6 and later) and the
 * legacy form (pickles one after another, then the storages).
 * Formats: torch/serialization.py, described there.
 */

import { GraphError } from '../errors.js';
import { allocate, type ByteSource } from './byte-source.js';
import { bytesPerElement, type DType, viewAs } from './dtype.js';
import { quote } from './one-line.js';
import { PickleEnd } from './pickle-cursor.js';
import { PyDict, PyList, PyStorage, PyTensor, PyTuple, type PyValue } from './pickle-values.js';
import { elementCount, type StoredTensor } from './stored-tensor.js';
import { gather, isContiguous, spanOf } from './strided.js';
import { unpickle } from './unpickle.js';
import { readZipDirectory, zipDataOffset } from './zip-directory.js';

export interface PthFile {
  readonly format: 'pth-zip' | 'pth-legacy';
  /** What was saved, as plain values. */
  readonly value: PyValue;
  /** The elements of a tensor in row-major order, in memory of their own where read from a path. */
  read(tensor: PyTensor): Promise<StoredTensor>;
}

const maxPickle = 64 << 20;
const again = 'the file is damaged or cut short, fetch it again';

/** Where the bytes of a storage lie in the file. */
type Locate = (storage: PyStorage) => Promise<{ readonly offset: number; readonly bytes: number }>;

const widthOf = (dtype: DType | undefined): number =>
  dtype === undefined ? 1 : bytesPerElement(dtype);

/**
 * Memory that the tensors of a file may take together. A stride of 0 or many views of one storage
 * could make a small file stand for any amount; tied weights need a small multiple.
 */
export function memoryLimit(source: ByteSource): number {
  return 8 * source.size + (1 << 20);
}

async function readTensor(
  source: ByteSource,
  locate: Locate,
  tensor: PyTensor,
): Promise<StoredTensor> {
  const { storage, dtype, shape, strides } = tensor;
  const width = bytesPerElement(dtype);
  const count = elementCount(shape);
  if (!(count * width <= memoryLimit(source))) {
    throw new GraphError(
      `${source.name}: expected tensors in proportion to the file, got one of ${dtype} [${shape.join(', ')}]; ${again}.`,
    );
  }
  const { offset, bytes } = await locate(storage);
  const first = storage.viewOffset + tensor.offset;
  const span = spanOf(shape, strides);
  if (!((first + span) * width <= bytes)) {
    throw new GraphError(
      `${source.name}: expected a tensor within its storage of ${bytes} bytes, got ${dtype} [${shape.join(', ')}] with strides [${strides.join(', ')}] at element ${first}; ${again}.`,
    );
  }
  const data = viewAs(dtype, await source.read(offset + first * width, span * width));
  const plain = span === count && isContiguous(shape, strides);
  const elements = plain ? data : allocate(() => gather(data, tensor, count), source.name);
  return { dtype, shape, data: elements };
}

/** Opens the zip form. */
export async function openPthZip(source: ByteSource): Promise<PthFile> {
  const entries = await readZipDirectory(source);
  const read = async (name: string, limit: number): Promise<Uint8Array> => {
    const entry = entries.get(name)!;
    if (entry.size > limit) {
      throw new GraphError(
        `${source.name}: expected at most ${limit} bytes in ${quote(name)}, got ${entry.size}; save just the weights: torch.save(model.state_dict(), path).`,
      );
    }
    return source.read(await zipDataOffset(source, name, entry), entry.size);
  };

  const pickles = [...entries.keys()].filter((name) => /(^|\/)data\.pkl$/.test(name));
  const prefix = pickles[0]?.slice(0, -'data.pkl'.length);
  if (prefix === undefined || pickles.length !== 1) {
    throw new GraphError(
      `${source.name}: expected one data.pkl in the zip file, got ${pickles.length}; this was not written by torch.save.`,
    );
  }
  if (entries.has(`${prefix}constants.pkl`)) {
    throw new GraphError(
      `${source.name}: expected weights, got a TorchScript program; save its state_dict with torch.save.`,
    );
  }
  const order = `${prefix}byteorder`;
  if (entries.has(order) && new TextDecoder().decode(await read(order, 64)) !== 'little') {
    throw new GraphError(
      `${source.name}: expected little-endian storages, got others; save it again on a common machine.`,
    );
  }

  const locate: Locate = async (storage) => {
    const name = `${prefix}data/${storage.key}`;
    const entry = entries.get(name);
    const bytes = storage.length * widthOf(storage.dtype);
    if (entry === undefined || entry.size !== bytes) {
      throw new GraphError(
        `${source.name}: expected ${bytes} bytes in ${quote(name)}, got ${entry ? entry.size : 'no such entry'}; ${again}.`,
      );
    }
    return { offset: await zipDataOffset(source, name, entry), bytes };
  };
  const { value } = unpickle(await read(pickles[0]!, maxPickle), { file: source.name });
  return { format: 'pth-zip', value, read: (tensor) => readTensor(source, locate, tensor) };
}

/** The bytes with which the legacy form begins: a pickle of 0x1950a86a20f9469cfc6c. */
export const legacyMagic = Uint8Array.of(
  ...[0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e],
);

/** Magic number, protocol, machine, saved value, keys of the storages: five pickles in a row. */
function readPickles(bytes: Uint8Array, file: string): { values: PyValue[]; end: number } {
  const values: PyValue[] = [];
  let end = 0;
  for (let i = 0; i < 5; i++) {
    const next = unpickle(bytes, { file, start: end });
    values.push(next.value);
    end = next.end;
  }
  return { values, end };
}

/** Every storage that a value refers to, by key. Shared parts are entered once. */
function storagesIn(root: PyValue): Map<string, PyStorage> {
  const found = new Map<string, PyStorage>();
  const seen = new Set<PyValue>();
  const queue: PyValue[] = [root];
  while (queue.length > 0) {
    const value = queue.pop()!;
    if (value === null || typeof value !== 'object' || seen.has(value)) continue;
    seen.add(value);
    if (value instanceof PyStorage) found.set(value.key, value);
    else if (value instanceof PyTensor) queue.push(value.storage);
    else if (value instanceof PyDict) for (const item of value.entries.values()) queue.push(item);
    else if (value instanceof PyTuple || value instanceof PyList) {
      for (const item of value.items) queue.push(item);
    }
  }
  return found;
}

/** Opens the legacy form. */
export async function openPthLegacy(source: ByteSource): Promise<PthFile> {
  // The pickles have no length of their own: a longer piece is read until they end within it.
  let pickles: ReturnType<typeof readPickles> | undefined;
  for (let window = 1 << 18; pickles === undefined; window *= 8) {
    const length = Math.min(window, source.size, maxPickle);
    try {
      pickles = readPickles(await source.read(0, length), source.name);
    } catch (error) {
      if (!(error instanceof PickleEnd) || length < window) throw error;
    }
  }
  const [, protocol, , value, keys] = pickles.values;
  if (protocol !== 1001 || !(keys instanceof PyList)) {
    throw new GraphError(
      `${source.name}: expected PyTorch's protocol 1001 and a list of storages, got others; ${again}.`,
    );
  }
  const known = storagesIn(value!);
  const places = new Map<PyValue, { offset: number; bytes: number }>();
  let at = pickles.end;
  for (const key of keys.items) {
    const storage = known.get(key as string);
    if (storage === undefined || places.has(key)) {
      throw new GraphError(
        `${source.name}: expected each storage of the saved value once, got key ${quote(String(key))}; ${again}.`,
      );
    }
    const head = at + 8 <= source.size ? await source.read(at, 8) : new Uint8Array(8).fill(0xff);
    const length = new DataView(head.buffer, head.byteOffset).getBigUint64(0, true);
    const bytes = storage.length * widthOf(storage.dtype);
    if (length !== BigInt(storage.length) || !(at + 8 + bytes <= source.size)) {
      throw new GraphError(
        `${source.name}: expected a storage of ${storage.length} elements at byte ${at} of ${source.size}, got ${length === 2n ** 64n - 1n ? 'its end' : length}; ${again}.`,
      );
    }
    places.set(key, { offset: at + 8, bytes });
    at += 8 + bytes;
  }
  const locate: Locate = async (storage) => {
    const place = places.get(storage.key);
    if (place !== undefined) return place;
    throw new GraphError(
      `${source.name}: expected a storage with key ${quote(storage.key)}, got none; ${again}.`,
    );
  };
  return {
    format: 'pth-legacy',
    value: value!,
    read: (tensor) => readTensor(source, locate, tensor),
  };
}
