/** Large images window by window: how they are cut, and how the windows' indices become one. */

import type { RasterInfo, Window } from '@bandweave/image';

/** Samples of one image that are looked at together: 8 bands of 2048 x 2048. */
const MOST_SAMPLES = 2 ** 25;

/** Blocks of the indices are 32 pixels: no window but the last may cut one. */
const BLOCK = 32;

/** The image as one window where it is small enough, else as an even grid of windows. */
export function assessWindows({
  bands,
  height,
  width,
}: Pick<RasterInfo, 'bands' | 'height' | 'width'>): Window[] {
  if (bands * height * width <= MOST_SAMPLES) return [{ row: 0, col: 0, height, width }];
  const side = Math.max(8 * BLOCK, Math.floor(Math.sqrt(MOST_SAMPLES / bands) / BLOCK) * BLOCK);
  const windows: Window[] = [];
  for (const rows of evenSpans(height, side)) {
    for (const cols of evenSpans(width, side)) {
      windows.push({ row: rows.start, col: cols.start, height: rows.size, width: cols.size });
    }
  }
  return windows;
}

function evenSpans(size: number, most: number): { start: number; size: number }[] {
  const count = Math.ceil(size / most);
  const step = Math.ceil(size / count / BLOCK) * BLOCK;
  const spans: { start: number; size: number }[] = [];
  for (let start = 0; start < size; start += step) {
    spans.push({ start, size: Math.min(step, size - start) });
  }
  return spans;
}

/** Means of indices over windows, weighted by the pixels that counted. */
export class IndexPool {
  private readonly sums = new Map<string, { sum: number; weight: number }>();

  /** Takes what one window gave; an index that is no number there is left out. */
  add(indices: Readonly<Record<string, number>>, pixels: number): void {
    for (const [key, value] of Object.entries(indices)) {
      const entry = this.sums.get(key) ?? { sum: 0, weight: 0 };
      this.sums.set(key, entry);
      if (Number.isNaN(value) || pixels === 0) continue;
      entry.sum += value * pixels;
      entry.weight += pixels;
    }
  }

  /** NaN for an index that no window had. */
  means(): Record<string, number> {
    return Object.fromEntries([...this.sums].map(([key, { sum, weight }]) => [key, sum / weight]));
  }
}
