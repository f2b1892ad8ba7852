/** Decoded blocks, the least recently used dropped first once they take too many bytes. */

import type { Samples } from '@bandweave/image';

export class BlockCache {
  readonly #most: number;
  readonly #kept = new Map<number, Samples>();
  #bytes = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get(index: number): Samples | undefined {
    const samples = this.#kept.get(index);
    if (samples) {
      this.#kept.delete(index);
      this.#kept.set(index, samples);
    }
    return samples;
  }

  set(index: number, samples: Samples): void {
    if (samples.byteLength > this.#most || this.#kept.has(index)) return;
    this.#kept.set(index, samples);
    this.#bytes += samples.byteLength;
    for (const [oldest, old] of this.#kept) {
      if (this.#bytes <= this.#most) break;
      this.#kept.delete(oldest);
      this.#bytes -= old.byteLength;
    }
  }

  clear(): void {
    this.#kept.clear();
    this.#bytes = 0;
  }
}
