/** How scenes are varied in training: what a network should not depend on. */

import type { Random } from '@bandweave/graph';

export interface Augmentation {
  /** Turns and mirrors: any of the eight. */
  readonly flips: boolean;
  /** Standard deviation of the logarithm of a factor on all samples. */
  readonly gain: number;
  /** Standard deviation of the logarithm of the MTF gains at Nyquist, each band its own. */
  readonly mtf: number;
  /** Standard deviation of a shift of PAN against MS on each axis, in PAN pixels. */
  readonly shift: number;
  /** Chance that a patch lacks a band: zeros in MS, base and target. */
  readonly bandDropout: number;
}

export const NO_AUGMENTATION: Augmentation = {
  flips: false,
  gain: 0,
  mtf: 0,
  shift: 0,
  bandDropout: 0,
};

/** One draw for a whole part of a scene. */
export interface Variation {
  /** 0 to 7: bit 0 mirrors columns, bit 1 mirrors rows, bit 2 exchanges the axes. */
  readonly orientation: number;
  readonly gain: number;
  readonly mtfGains: readonly number[];
  readonly shift: readonly [row: number, col: number];
}

export function drawVariation(
  { flips, gain, mtf, shift }: Augmentation,
  gains: readonly number[],
  source: Random,
): Variation {
  return {
    orientation: flips ? Math.floor(8 * source.uniform()) : 0,
    gain: Math.exp(gain * source.normal()),
    mtfGains: gains.map((g) => Math.min(0.9, Math.max(0.02, g * Math.exp(mtf * source.normal())))),
    shift: [shift * source.normal(), shift * source.normal()],
  };
}
