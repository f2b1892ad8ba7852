/** How much an impulse response looks like that of the ideal low-pass, the sinc. */

import type { Raster } from '@bandweave/image';

export interface SincFit {
  /** Cosine of the response and sinc(x/s) sinc(y/s) around its centre of mass: 1 is the sinc. */
  readonly correlation: number;
  /** a of a sinc(x/s) sinc(y/s), least squares. */
  readonly amplitude: number;
  /** Where the sinc lies, in output pixels. */
  readonly row: number;
  readonly col: number;
}

/** The best sinc of one band; its place is searched in quarter pixels around the largest value. */
export function fitSinc(response: Raster, scale: number, band = 0): SincFit {
  const { height, width } = response;
  const size = height * width;
  const data = response.data.subarray(band * size, (band + 1) * size);
  let peak = 0;
  for (let i = 1; i < size; i++) if (data[i] > data[peak]) peak = i;
  let best: SincFit = { correlation: -1, amplitude: 0, row: 0, col: 0 };
  for (let dy = -4; dy <= 4; dy++) {
    for (let dx = -4; dx <= 4; dx++) {
      const row = Math.floor(peak / width) + dy / 4;
      const col = (peak % width) + dx / 4;
      const fit = against(data, { height, width, scale, row, col });
      if (fit.correlation > best.correlation) best = fit;
    }
  }
  return best;
}

interface Place {
  readonly height: number;
  readonly width: number;
  readonly scale: number;
  readonly row: number;
  readonly col: number;
}

function against(data: ArrayLike<number>, { height, width, scale, row, col }: Place): SincFit {
  const across = Float64Array.from({ length: width }, (_, x) => sinc((x - col) / scale));
  let product = 0;
  let own = 0;
  let ideal = 0;
  for (let y = 0; y < height; y++) {
    const down = sinc((y - row) / scale);
    for (let x = 0; x < width; x++) {
      const value = data[y * width + x];
      const wanted = down * across[x];
      product += value * wanted;
      own += value * value;
      ideal += wanted * wanted;
    }
  }
  const correlation = own > 0 ? product / Math.sqrt(own * ideal) : 0;
  return { correlation, amplitude: product / ideal, row, col };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}
