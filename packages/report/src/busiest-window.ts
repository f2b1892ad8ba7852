/** Where a 1:1 detail shows most: edges of many kinds of ground, not just much texture. */

import type { Raster, Window } from '@bandweave/image';

/**
 * The window of `side` pixels with the greatest mean gradient times the squared entropy of PAN's
 * coarse grey values, among windows that overlap by half and hold valid pixels only. The entropy
 * keeps a wood, which is all edges and one colour, from winning over streets and roofs.
 */
export function busiestWindow(pan: Raster, side: number): Window {
  const height = Math.min(side, pan.height);
  const width = Math.min(side, pan.width);
  let best: Window = {
    row: (pan.height - height) >> 1,
    col: (pan.width - width) >> 1,
    height,
    width,
  };
  const [low, high] = greyRange(pan);
  const stepRow = Math.max(1, height >> 2);
  const stepCol = Math.max(1, width >> 2);
  let most = -1;
  for (let row = 0; row + height <= pan.height; row += stepRow) {
    for (let col = 0; col + width <= pan.width; col += stepCol) {
      const value = interest(pan, { row, col, height, width }, [low, high]);
      if (value > most) {
        most = value;
        best = { row, col, height, width };
      }
    }
  }
  return best;
}

/** Rough 1st and 99th percentile from a thousand pixels. */
function greyRange({ data, mask }: Raster): [number, number] {
  const step = Math.max(1, Math.floor(data.length / 1009));
  const values: number[] = [];
  for (let i = 0; i < data.length; i += step) {
    if (Number.isFinite(data[i]) && mask?.[i] !== 0) values.push(data[i]!);
  }
  values.sort((a, b) => a - b);
  const at = (share: number) => values[Math.floor(share * (values.length - 1))] ?? 0;
  return [at(0.01), at(0.99)];
}

const LEVELS = 16;

/** -1 where a pixel is invalid. */
function interest(
  { data, width, mask }: Raster,
  window: Window,
  [low, high]: readonly [number, number],
): number {
  const counts = new Uint32Array(LEVELS);
  const scale = LEVELS / (high - low || 1);
  const step = Math.max(1, Math.min(window.height, window.width) >> 6);
  let sum = 0;
  let count = 0;
  for (let r = window.row + 1; r + 2 < window.row + window.height; r += step) {
    for (let c = window.col + 1; c + 2 < window.col + window.width; c += step) {
      const i = r * width + c;
      if (mask && mask[i] === 0) return -1;
      // the square root keeps one glaring roof from outweighing a whole quarter
      sum += Math.sqrt(Math.abs(data[i]! - data[i - 1]!) + Math.abs(data[i]! - data[i - width]!));
      const mean = (data[i]! + data[i + 2]! + data[i + 2 * width]! + data[i + 2 * width + 2]!) / 4;
      const level = Math.floor((mean - low) * scale);
      counts[level < 0 ? 0 : level >= LEVELS ? LEVELS - 1 : level]!++;
      count++;
    }
  }
  let entropy = 0;
  for (const n of counts) if (n > 0) entropy -= (n / count) * Math.log2(n / count);
  return (sum / count) * entropy * entropy;
}
