/** MTF-GLP-HPM: multiresolution fusion by high-pass modulation (Aiazzi et al. 2003, 2006). */

import { type MtfKernel, mtfFilterAt, mtfKernel } from '@bandweave/image';
import { mtfConstant, mtfLowPass, mtfMargin } from '../low-pass/mtf-low-pass.js';
import type { FusionMethod, FusionWindow, Scene } from '../method.js';
import { perScene } from '../statistics/per-scene.js';

export interface ModulationParameters {
  /** PAN matched to band k = gains[k] * PAN + offsets[k]. */
  readonly gains: readonly number[];
  readonly offsets: readonly number[];
  /** Smallest low-pass that a band is divided by. */
  readonly floors: readonly number[];
}

/** Share of a band's mean below which modulation stops growing. */
const FLOOR = 0.1;

/** The low-pass whose deviation stands for that of PAN at the scale of MS: gain 0.3, N taps wide. */
const matching = perScene(
  (scene: Scene): MtfKernel =>
    mtfKernel({ gain: 0.3, ratio: scene.ratio.rows, width: 'n', precision: 1e-7 }),
);

/**
 * out_k = exp_k * P_k / L_k P_k, with P_k = PAN at the mean of exp_k and with the deviation that
 * makes its Gaussian low-pass vary like exp_k. Where the low-pass comes near zero the original
 * explodes; here out_k = exp_k + exp_k (P_k - L_k P_k) / max(L_k P_k, floor), the same above the
 * floor of a tenth of the band's mean. In mode `released` there is no floor.
 */
export const mtfGlpHpm: FusionMethod<ModulationParameters> = {
  name: 'mtf-glp-hpm',
  title: 'MTF-GLP, high-pass modulation',
  source: 'Aiazzi, Alparone, Baronti, Garzelli, Selva 2006',
  panMargin: mtfMargin,
  panBorder: 'replicate',
  statistics: {
    // count, sum PAN, sum of the Gaussian low-pass and of its square, then a band: sum, sum of squares
    size: ({ bands }) => 4 + 2 * bands,
    add(window, scene, sums) {
      addGaussian(window, scene, sums);
      const { exp, pan, mask } = window;
      const pixels = pan.length;
      for (let k = 0; k < scene.bands; k++) {
        let sum = 0;
        let squares = 0;
        for (let p = 0; p < pixels; p++) {
          if (mask && mask[p] === 0) continue;
          const value = exp[k * pixels + p];
          sum += value;
          squares += value * value;
        }
        sums[4 + 2 * k] += sum;
        sums[5 + 2 * k] += squares;
      }
    },
    solve(sums, { bands, mode }) {
      const count = Math.max(1, sums[0]);
      const deviation = (sum: number, squares: number) =>
        Math.sqrt(Math.max(0, squares - (sum * sum) / count));
      const low = deviation(sums[2], sums[3]);
      const gains: number[] = [];
      const offsets: number[] = [];
      const floors: number[] = [];
      for (let k = 0; k < bands; k++) {
        const sum = sums[4 + 2 * k];
        const gain = low > 0 ? deviation(sum, sums[5 + 2 * k]) / low : 0;
        gains.push(gain);
        offsets.push((sum - gain * sums[1]) / count);
        floors.push(
          mode === 'released'
            ? -Number.MAX_VALUE
            : Math.max(Number.MIN_VALUE, (FLOOR * sum) / count),
        );
      }
      return { gains, offsets, floors };
    },
  },
  fuse(window, scene, { gains, offsets, floors }, out) {
    const valid = window.mask ? new Uint8Array(window.pan.length).fill(1) : undefined;
    const low = mtfLowPass(window, scene, valid);
    const { exp, pan, width } = window;
    const pixels = pan.length;
    for (let k = 0; k < scene.bands; k++) {
      const plane = low[k];
      const gain = gains[k];
      const offset = offsets[k];
      const floor = floors[k];
      const constant = mtfConstant(scene, k);
      const start = k * pixels;
      for (let p = 0; p < pixels; p++) {
        const row = window.rows.start + Math.floor(p / width);
        const col = window.cols.start + (p % width);
        const base = gain * plane[p] + offset * constant.rows[row] * constant.cols[col];
        const detail = valid && valid[p] === 0 ? 0 : gain * pan[p] + offset - base;
        const value = exp[start + p];
        out[start + p] = value + (value * detail) / (base > floor ? base + Number.EPSILON : floor);
      }
    }
  },
};

/** Sums of PAN and of its Gaussian low-pass over the window. */
function addGaussian(window: FusionWindow, scene: Scene, sums: Float64Array): void {
  const { panAround, pan, mask, rows, cols, height, width } = window;
  const plane = { ...panAround, row: 0, col: 0 };
  const low = mtfFilterAt(plane, matching(scene), {
    rows: { size: plane.height, first: rows.start - panAround.row, step: 1, length: height },
    cols: { size: plane.width, first: cols.start - panAround.col, step: 1, length: width },
  });
  for (let p = 0; p < pan.length; p++) {
    if (mask && mask[p] === 0) continue;
    sums[0]++;
    sums[1] += pan[p];
    sums[2] += low[p];
    sums[3] += low[p] * low[p];
  }
}
