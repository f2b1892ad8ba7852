/**
 * Which frequencies of a fused image come from PAN, which from MS, and which from neither alone.
 * A part's share of a set of frequencies is Re sum F_part conj(F_output) / sum |F_output|²: the
 * shares of all parts add up to 1, and one may be negative where another overshoots.
 */

import { fft2, type Raster, toComplex } from '@bandweave/image';
import type { PairParts } from './pair-parts.js';

export interface Shares {
  readonly pan: number;
  readonly ms: number;
  readonly residual: number;
}

export interface BandShares {
  /** At frequencies that MS's grid holds, and above. */
  readonly low: Shares;
  readonly high: Shares;
  /** Share of the output's energy that lies above. */
  readonly energyHigh: number;
}

export interface RingShares extends Shares {
  /** Middle of the ring, cycles a PAN pixel. */
  readonly frequency: number;
}

export interface SourceShares {
  readonly bands: readonly BandShares[];
  /** Over all bands. */
  readonly rings: readonly RingShares[];
  /** sqrt(sum G² / sum output²) away from the border, of each band. */
  readonly residualShare: readonly number[];
}

const PARTS = ['pan', 'ms', 'residual'] as const;

/**
 * @param options.border output pixels left out on each side
 * @param options.rings  from frequency 0 to 0.5
 */
export function sourceShares(
  parts: PairParts,
  { border = 4 * parts.ratio, rings = 24 }: { border?: number; rings?: number } = {},
): SourceShares {
  const { ratio, output } = parts;
  const height = output.height - 2 * border;
  const width = output.width - 2 * border;
  const size = { height, width };
  const edge = 1 / (2 * ratio) + 1e-12;
  const sums = Array.from({ length: rings }, () => new Float64Array(4));
  const bands: BandShares[] = [];
  const residualShare: number[] = [];
  for (let k = 0; k < output.bands; k++) {
    const whole = spectrum(output, k, { border, ...size });
    const spectra = PARTS.map((part) => spectrum(parts[part], k, { border, ...size }));
    const low = new Float64Array(4);
    const high = new Float64Array(4);
    for (let y = 0; y < height; y++) {
      const fy = Math.min(y, height - y) / height;
      for (let x = 0; x < width; x++) {
        const fx = Math.min(x, width - x) / width;
        const p = y * width + x;
        if (p === 0) continue;
        const box = Math.max(fx, fy) <= edge ? low : high;
        const ring = sums[Math.floor(2 * rings * Math.hypot(fx, fy))];
        for (let i = 0; i < 4; i++) {
          const { re, im } = i < 3 ? spectra[i] : whole;
          const product = re[p] * whole.re[p] + im[p] * whole.im[p];
          box[i] += product;
          if (ring) ring[i] += product;
        }
      }
    }
    bands.push({
      low: sharesOf(low),
      high: sharesOf(high),
      energyHigh: high[3] / (low[3] + high[3]),
    });
    residualShare.push(rootShare(parts, k, { border, ...size }));
  }
  return {
    bands,
    rings: sums.flatMap((ring, i) =>
      ring[3] > 0 ? [{ frequency: (i + 0.5) / (2 * rings), ...sharesOf(ring) }] : [],
    ),
    residualShare,
  };
}

const sharesOf = ([pan, ms, residual, all]: Float64Array): Shares => ({
  pan: pan / all,
  ms: ms / all,
  residual: residual / all,
});

interface Part {
  readonly border: number;
  readonly height: number;
  readonly width: number;
}

/** Of a band's inner part less its mean, under a Hann window. */
function spectrum(image: Raster, band: number, { border, height, width }: Part) {
  const inner = new Float64Array(height * width);
  let mean = 0;
  for (let y = 0; y < height; y++) {
    const from = (band * image.height + border + y) * image.width + border;
    for (let x = 0; x < width; x++) {
      inner[y * width + x] = image.data[from + x];
      mean += image.data[from + x];
    }
  }
  mean /= height * width;
  const hann = (i: number, n: number) => Math.sin((Math.PI * (i + 0.5)) / n) ** 2;
  for (let y = 0; y < height; y++) {
    const down = hann(y, height);
    for (let x = 0; x < width; x++) {
      inner[y * width + x] = (inner[y * width + x] - mean) * down * hann(x, width);
    }
  }
  const values = toComplex(inner);
  fft2(values, { height, width });
  return values;
}

function rootShare({ residual, output }: PairParts, band: number, part: Part): number {
  let rest = 0;
  let all = 0;
  for (let y = 0; y < part.height; y++) {
    const from = (band * output.height + part.border + y) * output.width + part.border;
    for (let i = from; i < from + part.width; i++) {
      rest += residual.data[i] ** 2;
      all += output.data[i] ** 2;
    }
  }
  return all > 0 ? Math.sqrt(rest / all) : 0;
}
