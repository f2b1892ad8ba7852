/** How steady a clip is, and how like another: measures that need no encoder. */

import type { Frame } from '@bandweave/io';
import { psnr, ssim } from '@bandweave/metrics';
import { toRaster } from './frames.js';

/** Mean absolute difference of neighbouring frames in counts of 8 bits; 0 for one frame. */
export function neighbourDifference(frames: readonly Frame[]): number {
  return overPairs(frames, (a, b) => {
    let sum = 0;
    for (let i = 0; i < a.data.length; i++) sum += Math.abs(a.data[i] - b.data[i]);
    return sum / a.data.length;
  });
}

const BLOCK = 8;
const REACH = 7;

/**
 * The same after motion: each block of 8 x 8 pixels against the best of all places of the frame
 * before within 7 pixels; what is left is flicker, not movement.
 */
export function compensatedDifference(frames: readonly Frame[]): number {
  return overPairs(frames, (before, after) => {
    let sum = 0;
    for (let y = 0; y < after.height; y += BLOCK) {
      for (let x = 0; x < after.width; x += BLOCK) sum += bestMatch(before, after, y, x);
    }
    return sum / after.data.length;
  });
}

/** Smallest sum of absolute differences of the block at (y, x) over all displacements. */
function bestMatch(before: Frame, after: Frame, y: number, x: number): number {
  const { width, height } = after;
  const h = Math.min(BLOCK, height - y);
  const w = Math.min(BLOCK, width - x);
  let best = blockDistance(before, after, { y, x, h, w, dy: 0, dx: 0 }, Number.POSITIVE_INFINITY);
  for (let dy = Math.max(-REACH, -y); dy <= Math.min(REACH, height - h - y); dy++) {
    for (let dx = Math.max(-REACH, -x); dx <= Math.min(REACH, width - w - x); dx++) {
      best = Math.min(best, blockDistance(before, after, { y, x, h, w, dy, dx }, best));
    }
  }
  return best;
}

interface Place {
  readonly y: number;
  readonly x: number;
  readonly h: number;
  readonly w: number;
  readonly dy: number;
  readonly dx: number;
}

/** Left as soon as it passes `limit`. */
function blockDistance(before: Frame, after: Frame, place: Place, limit: number): number {
  const { y, x, h, w, dy, dx } = place;
  const row = 3 * after.width;
  let sum = 0;
  for (let r = 0; r < h && sum < limit; r++) {
    let a = (y + r) * row + 3 * x;
    let b = a + dy * row + 3 * dx;
    for (let i = 0; i < 3 * w; i++, a++, b++) sum += Math.abs(after.data[a] - before.data[b]);
  }
  return sum;
}

function overPairs(frames: readonly Frame[], measure: (a: Frame, b: Frame) => number): number {
  let sum = 0;
  for (let i = 1; i < frames.length; i++) sum += measure(frames[i - 1], frames[i]);
  return frames.length < 2 ? 0 : sum / (frames.length - 1);
}

/** Means over frames of PSNR (dB, peak 1) and SSIM of a clip against another. */
export function likeness(
  clip: readonly Frame[],
  reference: readonly Frame[],
): { readonly psnr: number; readonly ssim: number } {
  const mean = (index: typeof psnr) =>
    clip.reduce((sum, frame, i) => {
      return sum + index(toRaster(frame), toRaster(reference[i]), { peak: 1 });
    }, 0) / clip.length;
  return { psnr: mean(psnr), ssim: mean(ssim) };
}
