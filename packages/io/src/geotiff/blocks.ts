/** Fetches and decodes the blocks of one image: neighbours in one read, several at a time. */

import { InputError, type Samples } from '@bandweave/image';
import type { ByteSource } from '../bytes/byte-source.js';
import { BlockCache } from './block-cache.js';
import { type Coding, decodeBlock } from './decode.js';
import { blockRows, type Layout, rowBytes } from './layout.js';
import { PHOTOMETRIC } from './tags.js';
import { unpackBlock } from './unpack.js';

/** One read takes at most this many bytes, unless a single block is larger. */
const MOST_READ = 1 << 22;
/** Reads under way at once: enough to keep zlib's threads busy. */
const AT_ONCE = 4;

export interface BlockImage {
  readonly source: ByteSource;
  readonly layout: Layout;
  readonly littleEndian: boolean;
  readonly coding: Coding;
}

/** Takes a block's samples, or undefined where the file does not hold it. */
export type BlockVisitor = (block: number, samples: Samples | undefined) => void;

export class BlockReader {
  readonly #image: BlockImage;
  readonly #cache: BlockCache;

  constructor(image: BlockImage, cacheBytes: number) {
    this.#image = image;
    this.#cache = new BlockCache(cacheBytes);
  }

  /** Hands every block in `wanted` to `visit`, in no particular order. */
  async visit(wanted: readonly number[], visit: BlockVisitor, signal?: AbortSignal): Promise<void> {
    const { offsets, byteCounts } = this.#image.layout;
    const missing: number[] = [];
    for (const block of wanted) {
      const kept = this.#cache.get(block);
      if (kept) visit(block, kept);
      else if (byteCounts[block] === 0) visit(block, undefined);
      else missing.push(block);
    }
    missing.sort((a, b) => offsets[a] - offsets[b]);
    const runs = this.#runs(missing);
    let next = 0;
    const worker = async () => {
      while (next < runs.length) {
        signal?.throwIfAborted();
        await this.#readRun(runs[next++], visit, signal);
      }
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, runs.length) }, worker));
  }

  close(): void {
    this.#cache.clear();
  }

  /** Groups blocks that lie close together in the file. */
  #runs(blocks: readonly number[]): number[][] {
    const { layout, source } = this.#image;
    const { offsets, byteCounts } = layout;
    const runs: number[][] = [];
    let start = 0;
    let end = Number.NEGATIVE_INFINITY;
    for (const block of blocks) {
      const blockEnd = offsets[block] + byteCounts[block];
      const near = offsets[block] - end <= source.worthBridging;
      if (near && Math.max(end, blockEnd) - start <= MOST_READ) {
        runs[runs.length - 1].push(block);
        end = Math.max(end, blockEnd);
      } else {
        runs.push([block]);
        start = offsets[block];
        end = blockEnd;
      }
    }
    return runs;
  }

  async #readRun(run: readonly number[], visit: BlockVisitor, signal?: AbortSignal): Promise<void> {
    const { layout, source } = this.#image;
    const { offsets, byteCounts } = layout;
    const start = offsets[run[0]];
    let end = start;
    for (const block of run) end = Math.max(end, offsets[block] + byteCounts[block]);
    const bytes = await source.read(start, end - start, signal);
    await Promise.all(
      run.map(async (block) => {
        const at = offsets[block] - start;
        const samples = await this.#decode(block, bytes.subarray(at, at + byteCounts[block]));
        // Plain blocks are views of a whole read: keeping one would keep all of it.
        const shared = samples.buffer.byteLength > 2 * samples.byteLength;
        this.#cache.set(block, shared ? samples.slice() : samples);
        visit(block, samples);
      }),
    );
  }

  async #decode(block: number, data: Uint8Array): Promise<Samples> {
    const { layout, source, coding, littleEndian } = this.#image;
    const blockRow = Math.floor(block / layout.blocksAcross) % layout.blocksDown;
    const rows = blockRows(layout, blockRow);
    const bytes = rowBytes(layout) * rows;
    const shape = {
      width: layout.blockWidth,
      height: rows,
      samples: layout.perBlock,
      bytes,
      most: rowBytes(layout) * layout.blockHeight,
      ycbcr: layout.photometric === PHOTOMETRIC.ycbcr,
    };
    const refuse = (got: string, cause?: unknown) =>
      new InputError(
        `${source.name}: expected ${bytes} bytes in block ${block} (compression ${layout.compression}), got ${got}; the file is damaged, or convert it with gdal_translate -co COMPRESS=DEFLATE.`,
        { cause },
      );
    let plain: Uint8Array | undefined;
    try {
      plain = await decodeBlock(data, shape, coding);
    } catch (error) {
      throw refuse('data that do not decode', error);
    }
    if (!plain) throw refuse('data that do not decode');
    if (plain.length < bytes) throw refuse(`${plain.length}`);
    // Some codecs return a Buffer, whose slice() is a view and not a copy.
    const bare = new Uint8Array(plain.buffer, plain.byteOffset, plain.length);
    return unpackBlock(bare, layout, { littleEndian, blockRow });
  }
}
