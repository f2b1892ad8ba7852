/** Weights by name from any file that holds them, told apart by content and not by extension. */

import { GraphError } from '../errors.js';
import { type ByteSource, type FileInput, openSource } from './byte-source.js';
import { quote } from './one-line.js';
import { legacyMagic, memoryLimit, openPthLegacy, openPthZip, type PthFile } from './pth-file.js';
import { type LazyTensorFile, lazySafetensors } from './safetensors-read.js';
import { openShardedSafetensors } from './safetensors-shards.js';
import { describeFound, findStateDict, sharedPrefix } from './state-dict.js';
import { byteCount, type StoredTensor } from './stored-tensor.js';

export type WeightsFormat = 'safetensors' | 'safetensors-shards' | 'pth-zip' | 'pth-legacy';

const titles: Readonly<Record<WeightsFormat, string>> = {
  safetensors: 'safetensors',
  'safetensors-shards': 'sharded safetensors',
  'pth-zip': 'PyTorch zip file',
  'pth-legacy': 'PyTorch legacy file',
};

export interface LoadOptions {
  /** For `.pth`: the key of the outermost dict that holds the weights, where it is not a usual one. */
  readonly key?: string;
}

/** Weights whose tensors are fetched when asked for. */
export interface LazyStateDict extends LazyTensorFile {
  readonly format: WeightsFormat;
  /** One line: format, number of tensors, where they were found, what was left aside. */
  readonly found: string;
}

export interface StateDict {
  readonly format: WeightsFormat;
  readonly found: string;
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: Map<string, StoredTensor>;
}

const startsWith = (bytes: Uint8Array, start: ArrayLike<number>): boolean =>
  Array.from(start).every((b, i) => bytes[i] === b);

/** Files often given by mistake, by their first bytes. */
const others: readonly [string, ArrayLike<number>][] = [
  ['an HDF5 file', [0x89, 0x48, 0x44, 0x46]],
  ['a TIFF image', [0x49, 0x49, 0x2a, 0]],
  ['a TIFF image', [0x4d, 0x4d, 0, 0x2a]],
  ['a MATLAB file', [0x4d, 0x41, 0x54, 0x4c]],
  ['a web page', [0x3c]],
  ['a pointer of Git LFS instead of the file', [0x76, 0x65, 0x72, 0x73, 0x69, 0x6f, 0x6e, 0x20]],
  ['a gzip file', [0x1f, 0x8b]],
  ["a pickle without PyTorch's magic number", [0x80]],
];

type Kind = WeightsFormat | 'unknown';

function kindOfFile(head: Uint8Array): Kind {
  if (startsWith(head, [0x50, 0x4b, 3, 4])) return 'pth-zip';
  if (startsWith(head, legacyMagic)) return 'pth-legacy';
  // The length of a safetensors header has zeros in its upper bytes; text has none.
  if (head[0] === 0x7b && head[1] !== 0) return 'safetensors-shards';
  if (head.length < 8 || (head[5] === 0 && head[6] === 0 && head[7] === 0)) return 'safetensors';
  return 'unknown';
}

/** The same tensors under names without the prefix that all of them share. */
function renamed(file: LazyTensorFile, format: WeightsFormat): LazyStateDict {
  const cut = sharedPrefix(file.tensors.keys());
  return {
    ...file,
    format,
    found: describeFound(titles[format], file.tensors.size, { path: [], others: [], cut }),
    tensors: new Map([...file.tensors].map(([n, t]) => [n.slice(cut.length), t])),
    read: (name) => file.read(cut + name),
  };
}

function fromPth(source: ByteSource, pth: PthFile, { key }: LoadOptions): LazyStateDict {
  const file = source.name;
  const dict = findStateDict(pth.value, key === undefined ? { file } : { file, key });
  const cut = sharedPrefix(dict.tensors.keys());
  const tensors = new Map([...dict.tensors].map(([n, t]) => [n.slice(cut.length), t]));
  let total = 0;
  for (const tensor of tensors.values()) total += byteCount(tensor);
  if (!(total <= memoryLimit(source))) {
    throw new GraphError(
      `${file}: expected tensors in proportion to the file of ${source.size} bytes, got ${total} bytes of them; do not trust it.`,
    );
  }
  return {
    format: pth.format,
    found: describeFound(titles[pth.format], tensors.size, { ...dict, cut }),
    metadata: new Map(),
    tensors: new Map([...tensors].map(([n, { dtype, shape }]) => [n, { dtype, shape }])),
    async read(name) {
      const tensor = tensors.get(name);
      if (tensor !== undefined) return pth.read(tensor);
      throw new GraphError(
        `${file}: expected a tensor ${quote(name)}, got ${tensors.size} others; see its names with bandweave info.`,
      );
    },
    close: () => source.close(),
  };
}

/**
 * Opens a weights file: safetensors, an index of sharded safetensors (by path only), or what
 * torch.save wrote. Wrappers ({'state_dict': ...}, {'model': ...}, {'params': ...}) are opened and
 * the prefix `module.` is taken off; `found` says so. The caller closes it.
 *
 * @throws GraphError for any other file and for damaged ones
 */
export async function openStateDict(
  input: FileInput,
  options: LoadOptions = {},
): Promise<LazyStateDict> {
  const source = await openSource(input);
  try {
    const head = await source.read(0, Math.min(16, source.size));
    const kind = kindOfFile(head);
    switch (kind) {
      case 'pth-zip':
        return fromPth(source, await openPthZip(source), options);
      case 'pth-legacy':
        return fromPth(source, await openPthLegacy(source), options);
      case 'safetensors':
        return renamed(await lazySafetensors(source), kind);
      case 'safetensors-shards':
        if (typeof input !== 'string') break;
        await source.close();
        return renamed(await openShardedSafetensors(input), kind);
      default:
    }
    const known = others.find(([, start]) => startsWith(head, start));
    throw new GraphError(
      `${source.name}: expected weights (safetensors, .pth or .pt), got ${known?.[0] ?? 'another kind of file'}; name a weights file.`,
    );
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** All tensors of a weights file; see `openStateDict`. */
export async function loadStateDict(
  input: FileInput,
  options: LoadOptions = {},
): Promise<StateDict> {
  const file = await openStateDict(input, options);
  try {
    const tensors = new Map<string, StoredTensor>();
    for (const name of file.tensors.keys()) tensors.set(name, await file.read(name));
    return { format: file.format, found: file.found, metadata: file.metadata, tensors };
  } finally {
    await file.close();
  }
}
