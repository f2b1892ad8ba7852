/** Weights spread over several safetensors files, named by an index (`*.safetensors.index.json`). */

import { z } from 'zod';
import { GraphError } from '../errors.js';
import { withSource } from './byte-source.js';
import { isSafeName, quote } from './one-line.js';
import { type LazyTensorFile, openSafetensors } from './safetensors-read.js';
import {
  inWritingOrder,
  type TensorsToWrite,
  type WriteOptions,
  writeSafetensors,
} from './safetensors-write.js';
import type { StoredTensor, TensorInfo } from './stored-tensor.js';
import { writeWhole } from './write-whole.js';

const maxIndexBytes = 8 << 20;
const maxShards = 512;

const schema = z.object({ weight_map: z.record(z.string(), z.string()) });

/** Shards by tensor name, checked: plain file names beside the index, plain tensor names. */
function parseIndex(bytes: Uint8Array, file: string): Map<string, string> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new GraphError(
      `${file}: expected JSON in the index of sharded weights, got other text; fetch it again.`,
    );
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    throw new GraphError(
      `${file}: expected a weight_map from tensor names to files, got none; this is no index of sharded weights.`,
    );
  }
  const map = new Map(Object.entries(parsed.data.weight_map));
  for (const [name, shard] of map) {
    if (!isSafeName(name) || !/^[\w.-]+\.safetensors$/.test(shard)) {
      throw new GraphError(
        `${file}: expected plain names of tensors and of files beside the index, got ${quote(name)} in ${quote(shard)}; do not trust it.`,
      );
    }
  }
  return map;
}

/** Opens all shards of an index. The caller closes the result. */
export async function openShardedSafetensors(indexPath: string): Promise<LazyTensorFile> {
  const map = await withSource(indexPath, async (source) => {
    if (source.size > maxIndexBytes) {
      throw new GraphError(
        `${indexPath}: expected an index of at most ${maxIndexBytes} bytes, got ${source.size}; this is no index of sharded weights.`,
      );
    }
    return parseIndex(await source.read(0, source.size), indexPath);
  });
  const names = [...new Set(map.values())].sort();
  if (names.length > maxShards) {
    throw new GraphError(
      `${indexPath}: expected at most ${maxShards} files of weights, got ${names.length}; join some.`,
    );
  }
  const { dirname, join } = await import('node:path');
  const shards = new Map<string, LazyTensorFile>();
  const close = async (): Promise<void> => {
    for (const shard of shards.values()) await shard.close();
  };
  try {
    for (const name of names) {
      shards.set(name, await openSafetensors(join(dirname(indexPath), name)));
    }
    const tensors = new Map<string, TensorInfo>();
    for (const [name, shard] of map) {
      const info = shards.get(shard)!.tensors.get(name);
      if (info === undefined) {
        throw new GraphError(
          `${indexPath}: expected tensor ${quote(name)} in ${shard}, got a file without it; fetch the files again.`,
        );
      }
      tensors.set(name, info);
    }
    const metadata = new Map([...shards.values()].flatMap((s) => [...s.metadata]));
    return {
      metadata,
      tensors,
      async read(name) {
        const shard = map.get(name);
        if (shard !== undefined) return shards.get(shard)!.read(name);
        throw new GraphError(
          `${indexPath}: expected a tensor ${quote(name)}, got ${map.size} others; see its names with bandweave info.`,
        );
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

export interface ShardOptions extends WriteOptions {
  /** Data bytes of one file; a larger tensor has a file of its own. Default 5e9. */
  readonly maxShardBytes?: number;
}

/**
 * Writes `model.safetensors`, or `model-00001-of-0000N.safetensors` and so on with
 * `model.safetensors.index.json`, which is written last.
 *
 * @returns the names written, the one to read from last
 */
export async function writeShardedSafetensors(
  folder: string,
  tensors: TensorsToWrite,
  { maxShardBytes = 5e9, metadata = [] }: ShardOptions = {},
): Promise<string[]> {
  const { join } = await import('node:path');
  const groups: [string, StoredTensor][][] = [[]];
  let bytes = 0;
  for (const item of inWritingOrder(tensors)) {
    const size = item[1].data.byteLength;
    if (bytes + size > maxShardBytes && groups.at(-1)!.length > 0) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)!.push(item);
    bytes += size;
  }
  const options = { metadata: [...metadata] };
  if (groups.length === 1) {
    await writeSafetensors(join(folder, 'model.safetensors'), groups[0]!, options);
    return ['model.safetensors'];
  }
  const pad = (n: number): string => String(n).padStart(5, '0');
  const written: string[] = [];
  const map: [string, string][] = [];
  let total = 0;
  for (const [i, group] of groups.entries()) {
    const name = `model-${pad(i + 1)}-of-${pad(groups.length)}.safetensors`;
    await writeSafetensors(join(folder, name), group, options);
    written.push(name);
    for (const [tensor, { data }] of group) {
      map.push([tensor, name]);
      total += data.byteLength;
    }
  }
  map.sort(([a], [b]) => (a < b ? -1 : 1));
  const index = { metadata: { total_size: total }, weight_map: Object.fromEntries(map) };
  const json = new TextEncoder().encode(`${JSON.stringify(index, null, 2)}\n`);
  await writeWhole(join(folder, 'model.safetensors.index.json'), [json]);
  return [...written, 'model.safetensors.index.json'];
}
