/** Indusion: fusion by the induction scaling technique (Khan et al. 2008). */

import { cdfDecimation, cdfReach, cdfScene } from '../low-pass/cdf.js';
import { coarseSpans, decimatePan, enlargeCoarse } from '../low-pass/coarse-grid.js';
import { ownedCoarse } from '../low-pass/owned-coarse.js';
import type { FusionMethod, FusionWindow, Scene } from '../method.js';
import { enlargeBands } from '../window.js';
import { bandOf } from './modulate.js';

export interface InductionParameters {
  /** Gain of shrunk PAN to MS as it came, one a band. */
  readonly coarse: readonly number[];
  /** Gain of PAN to enlarged MS, one a band. */
  readonly fine: readonly number[];
  /** What is left of the means of both matchings, one a band. */
  readonly offsets: readonly number[];
}

/** count, sum, sum of squares of PAN; then sum and sum of squares a band: for either grid. */
const momentsSize = (bands: number) => 3 + 2 * bands;

/**
 * out_k = E_k + P_k - E(p_k): E enlarges by seven taps, E_k = E(MS_k), P_k is PAN with mean and
 * deviation of E_k, p_k PAN shrunk by nine taps with mean and deviation of MS_k.
 */
export const indusion: FusionMethod<InductionParameters> = {
  name: 'indusion',
  title: 'Induction scaling',
  source: 'Khan, Chanussot, Condat, Montanvert 2008; form of Vivone et al. 2015',
  panMargin: (scene) => {
    const ratio = Math.max(scene.ratio.rows, scene.ratio.cols);
    const taps = Math.max(scene.enlarge.rows.taps, scene.enlarge.cols.taps);
    return cdfReach(scene) + Math.ceil((taps + 1) * ratio);
  },
  panBorder: 'replicate',
  statistics: {
    size: ({ bands }) => 2 * momentsSize(bands),
    add(window, scene, sums) {
      addCoarse(window, scene, sums);
      addFine(window, scene, sums.subarray(momentsSize(scene.bands)));
    },
    solve(sums, { bands }) {
      const low = matching(sums, bands);
      const high = matching(sums.subarray(momentsSize(bands)), bands);
      return {
        coarse: low.gains,
        fine: high.gains,
        offsets: high.offsets.map((offset, k) => offset - low.offsets[k]),
      };
    },
  },
  fuse(window, scene, { coarse, fine, offsets }, out) {
    const { pan } = window;
    const valid = new Uint8Array(pan.length).fill(1);
    const enlarged = enlargedMs(window, scene, valid);
    const low = new Float64Array(pan.length);
    const own = cdfScene(scene);
    const shrunk = decimatePan(window.panAround, cdfDecimation(scene), coarseSpans(window, own));
    enlargeCoarse(shrunk, window, { scene: own, out: low, valid });
    for (let k = 0; k < scene.bands; k++) {
      const start = k * pan.length;
      for (let p = 0; p < pan.length; p++) {
        const detail = fine[k] * pan[p] - coarse[k] * low[p] + offsets[k];
        out[start + p] = enlarged[start + p] + (valid[p] === 0 ? 0 : detail);
      }
    }
  },
};

/** MS by the seven taps; as the scene has it where those don't fit. */
function enlargedMs(window: FusionWindow, scene: Scene, valid: Uint8Array): FusionWindow['exp'] {
  const own = cdfScene(scene);
  if (own === scene) return window.exp;
  return enlargeBands(window.ms, window, { scene: own, out: window.exp.slice(), valid });
}

/** Shrunk PAN and MS at the MS pixels that this window owns. */
function addCoarse(window: FusionWindow, scene: Scene, sums: Float64Array): void {
  const spans = ownedCoarse(window, scene);
  if (spans.rows.end <= spans.rows.start || spans.cols.end <= spans.cols.start) return;
  const { ms, panAround } = window;
  const low = decimatePan(panAround, cdfDecimation(scene), spans);
  const width = spans.cols.end - spans.cols.start;
  const plane = ms.height * ms.width;
  for (let i = 0; i < low.data.length; i++) {
    const row = spans.rows.start + Math.floor(i / width) - ms.row;
    const at = row * ms.width + spans.cols.start + (i % width) - ms.col;
    if (low.mask?.[i] === 0 || ms.mask?.[at] === 0) continue;
    sums[0]++;
    sums[1] += low.data[i];
    sums[2] += low.data[i] ** 2;
    for (let k = 0; k < scene.bands; k++) {
      const value = ms.data[k * plane + at];
      sums[3 + 2 * k] += value;
      sums[4 + 2 * k] += value * value;
    }
  }
}

/** PAN and enlarged MS at every pixel of the window. */
function addFine(window: FusionWindow, scene: Scene, sums: Float64Array): void {
  const { pan, mask } = window;
  const valid = mask?.slice() ?? new Uint8Array(pan.length).fill(1);
  const enlarged = enlargedMs(window, scene, valid);
  for (let p = 0; p < pan.length; p++) {
    if (valid[p] === 0) continue;
    sums[0]++;
    sums[1] += pan[p];
    sums[2] += pan[p] * pan[p];
  }
  for (let k = 0; k < scene.bands; k++) {
    const band = bandOf(enlarged, k, pan.length);
    let sum = 0;
    let squares = 0;
    for (let p = 0; p < pan.length; p++) {
      if (valid[p] === 0) continue;
      sum += band[p];
      squares += band[p] * band[p];
    }
    sums[3 + 2 * k] += sum;
    sums[4 + 2 * k] += squares;
  }
}

/** gains[k] = std(band) / std(PAN), offsets[k] = mean(band) - gains[k] mean(PAN). */
function matching(sums: Float64Array, bands: number) {
  const count = Math.max(1, sums[0]);
  const spread = (sum: number, squares: number) =>
    Math.sqrt(Math.max(0, squares - (sum * sum) / count));
  const reference = spread(sums[1], sums[2]);
  const gains = Array.from({ length: bands }, (_, k) =>
    reference > 0 ? spread(sums[3 + 2 * k], sums[4 + 2 * k]) / reference : 0,
  );
  const offsets = gains.map((gain, k) => (sums[3 + 2 * k] - gain * sums[1]) / count);
  return { gains, offsets };
}
