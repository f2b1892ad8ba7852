/** What MTF-GLP methods with one gain a band do with a window. */

import type { FloatSamples } from '@bandweave/image';
import { mtfLowPass } from '../low-pass/mtf-low-pass.js';
import type { FusionWindow, Scene } from '../method.js';
import { inject } from './inject.js';
import { bandOf } from './modulate.js';

export interface BandGains {
  /** Injection gain, one a band. */
  readonly gains: readonly number[];
}

/** out_k = exp_k + g_k (PAN - L_k PAN), L_k the MTF low-pass of band k. */
export function injectMtfDetail(
  window: FusionWindow,
  scene: Scene,
  { gains }: BandGains,
  out: FloatSamples,
): void {
  const valid = window.mask ? new Uint8Array(window.pan.length).fill(1) : undefined;
  const low = mtfLowPass(window, scene, valid);
  const { exp, pan } = window;
  const pixels = pan.length;
  for (let k = 0; k < scene.bands; k++) {
    const gain = gains[k];
    const plane = low[k];
    const start = k * pixels;
    if (!valid) {
      inject(bandOf(exp, k, pixels), pan, { low: plane, gain }, bandOf(out, k, pixels));
      continue;
    }
    for (let p = 0; p < pixels; p++) {
      // Beside a hole where PAN's low-pass is unknown, nothing is injected.
      const detail = valid[p] === 0 ? 0 : pan[p] - plane[p];
      out[start + p] = exp[start + p] + gain * detail;
    }
  }
}
