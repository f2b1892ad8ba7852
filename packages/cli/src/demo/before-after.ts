/** The demo's picture: what the sensor delivers on the left, what fusion makes of it on the right. */

import type { Raster } from '@bandweave/image';
import { writePng } from '@bandweave/io';

/** Width of the line between the halves, in pixels. */
const LINE = 4;

/** Shares of the pixels that may go to black and to white. */
const [LOW, HIGH] = [0.01, 0.995];

/**
 * Three bands of both rasters under one stretch, taken from the second so that the two can be
 * compared, in halves of one picture.
 */
export async function writeBeforeAfter(
  path: string,
  { before, after }: { readonly before: Raster; readonly after: Raster },
  bands: readonly [number, number, number],
): Promise<void> {
  const { height, width } = after;
  const half = (width - LINE) >> 1;
  const data = new Uint8Array(height * width * 3).fill(255);
  for (const [channel, band] of bands.entries()) {
    const size = height * width;
    const planes = [before, after].map((raster) =>
      raster.data.subarray(band * size, (band + 1) * size),
    );
    const sorted = Float64Array.from(planes[1]!).sort();
    const low = sorted[Math.floor(LOW * (size - 1))]!;
    const high = Math.max(low + 1, sorted[Math.floor(HIGH * (size - 1))]!);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if (x >= half && x < half + LINE) continue;
        const value = (x < half ? planes[0]! : planes[1]!)[y * width + x]!;
        const share = Math.min(1, Math.max(0, (value - low) / (high - low)));
        data[(y * width + x) * 3 + channel] = Math.round(255 * share ** 0.8);
      }
    }
  }
  await writePng(path, { width, height, channels: 3, data });
}
