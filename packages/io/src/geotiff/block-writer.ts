/** Takes windows of one image and stores its blocks, each as soon as all its pixels are there. */

import type { Raster, Samples, Window } from '@bandweave/image';
import type { BlockStore, Placed } from './block-store.js';
import { blockCount, copyIntoBlock, emptyBlock, type Grid, intersect, tileWindow } from './grid.js';
import type { InFlight } from './in-flight.js';

export interface BlockWriterParts {
  readonly grid: Grid;
  readonly placed: Placed;
  readonly store: BlockStore;
  readonly queue: InFlight;
  readonly encode: (samples: Samples) => Promise<Uint8Array>;
  /** Told of each block that is safely in the store. */
  readonly onStored?: (block: number) => Promise<void>;
}

interface Pending {
  readonly samples: Samples;
  /** Pixels that are still to come. */
  left: number;
}

export class BlockWriter {
  readonly #parts: BlockWriterParts;
  readonly #pending = new Map<number, Pending>();
  readonly #submitted: Uint8Array;

  constructor(parts: BlockWriterParts) {
    this.#parts = parts;
    this.#submitted = Uint8Array.from(parts.placed.byteCounts, (bytes) => (bytes > 0 ? 1 : 0));
  }

  /** True once the block is stored or on its way. */
  has(block: number): boolean {
    return this.#submitted[block] === 1;
  }

  /** Number of a tile's block in the plane whose first band is `plane`. */
  blockAt(row: number, col: number, plane: number): number {
    const { across, down, perBlock } = this.#parts.grid;
    return ((plane / perBlock) * down + row) * across + col;
  }

  /** Takes a window; blocks that are stored already are left as they are. */
  async write(window: Window, raster: Raster): Promise<void> {
    const { grid } = this.#parts;
    const lastRow = Math.floor((window.row + window.height - 1) / grid.tile);
    const lastCol = Math.floor((window.col + window.width - 1) / grid.tile);
    for (let plane = 0; plane < grid.bands; plane += grid.perBlock) {
      for (let row = Math.floor(window.row / grid.tile); row <= lastRow; row++) {
        for (let col = Math.floor(window.col / grid.tile); col <= lastCol; col++) {
          await this.#writeTile({ window, raster }, { row, col, plane });
        }
      }
    }
  }

  /** Takes a block that is encoded already. */
  async putEncoded(block: number, bytes: Uint8Array): Promise<void> {
    if (this.has(block)) return;
    this.#submitted[block] = 1;
    await this.#parts.queue.add(() => this.#store(block, bytes));
  }

  /** Stores what is incomplete, and empty blocks where nothing came. */
  async flush(): Promise<void> {
    for (const [block, { samples }] of this.#pending) {
      this.#pending.delete(block);
      await this.#submit(block, samples);
    }
    const { grid, encode } = this.#parts;
    let empty: Uint8Array | undefined;
    for (let block = 0; block < blockCount(grid); block++) {
      if (this.has(block)) continue;
      empty ??= await encode(emptyBlock(grid));
      await this.putEncoded(block, empty);
    }
  }

  async #writeTile(
    { window, raster }: { window: Window; raster: Raster },
    { row, col, plane }: { row: number; col: number; plane: number },
  ): Promise<void> {
    const { grid } = this.#parts;
    const block = this.blockAt(row, col, plane);
    if (this.has(block)) return;
    const whole = tileWindow(grid, row, col);
    const part = intersect(whole, window);
    if (!part) return;
    const pending = this.#pending.get(block) ?? {
      samples: emptyBlock(grid),
      left: whole.height * whole.width,
    };
    copyIntoBlock(grid, { raster, window, part }, { samples: pending.samples, row, col, plane });
    pending.left -= part.height * part.width;
    if (pending.left > 0) {
      this.#pending.set(block, pending);
      return;
    }
    this.#pending.delete(block);
    await this.#submit(block, pending.samples);
  }

  async #submit(block: number, samples: Samples): Promise<void> {
    this.#submitted[block] = 1;
    const { encode, queue } = this.#parts;
    await queue.add(async () => this.#store(block, await encode(samples)));
  }

  async #store(block: number, bytes: Uint8Array): Promise<void> {
    const { store, placed, onStored } = this.#parts;
    await store.append(placed, block, bytes);
    await onStored?.(block);
  }
}
