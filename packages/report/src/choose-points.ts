/** Places worth a spectrum: even spots whose spectra differ as much as the scene allows. */

import type { Raster } from '@bandweave/image';

interface Spot {
  readonly row: number;
  readonly col: number;
  readonly unevenness: number;
  readonly spectrum: readonly number[];
}

/**
 * Up to `count` pixels of a raster, farthest apart by spectral angle and brightness among the more
 * even half of a grid of candidates (farthest-point sampling, Gonzalez 1985).
 */
export function choosePoints(raster: Raster, count: number): { row: number; col: number }[] {
  const spots = candidates(raster);
  if (spots.length === 0) return [];
  spots.sort((a, b) => a.unevenness - b.unevenness);
  const even = spots.slice(0, Math.max(count, spots.length >> 1));
  const chosen = [even[0]!];
  const nearest = even.map((spot) => separation(spot.spectrum, chosen[0]!.spectrum));
  while (chosen.length < Math.min(count, even.length)) {
    const next = nearest.indexOf(Math.max(...nearest));
    if (nearest[next]! <= 1e-6) break;
    chosen.push(even[next]!);
    even.forEach((spot, i) => {
      nearest[i] = Math.min(nearest[i]!, separation(spot.spectrum, even[next]!.spectrum));
    });
  }
  return chosen.map(({ row, col }) => ({ row, col }));
}

function candidates({ bands, height, width, data, mask }: Raster): Spot[] {
  const out: Spot[] = [];
  const step = Math.max(3, Math.floor(Math.min(height, width) / 28));
  const size = height * width;
  for (let row = step; row < height - 2; row += step) {
    for (let col = step; col < width - 2; col += step) {
      let unevenness = 0;
      let valid = true;
      const spectrum: number[] = [];
      for (let b = 0; b < bands; b++) {
        let [sum, squares] = [0, 0];
        for (let r = row - 1; r <= row + 1; r++) {
          for (let c = col - 1; c <= col + 1; c++) {
            const i = r * width + c;
            const value = data[b * size + i]!;
            if ((mask && mask[i] === 0) || !Number.isFinite(value)) valid = false;
            sum += value;
            squares += value * value;
          }
        }
        const mean = sum / 9;
        spectrum.push(data[b * size + row * width + col]!);
        unevenness += Math.sqrt(Math.max(0, squares / 9 - mean * mean)) / (Math.abs(mean) || 1);
      }
      if (valid) out.push({ row, col, unevenness, spectrum });
    }
  }
  return out;
}

/** Spectral angle in radians, plus a fifth of the difference in log brightness. */
function separation(a: readonly number[], b: readonly number[]): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!;
    aa += a[i]! * a[i]!;
    bb += b[i]! * b[i]!;
  }
  if (!(aa > 0 && bb > 0)) return 0;
  const angle = Math.acos(Math.min(1, Math.max(-1, dot / Math.sqrt(aa * bb))));
  return angle + 0.1 * Math.abs(Math.log(aa / bb));
}
