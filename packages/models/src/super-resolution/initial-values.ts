/**
 * Initial values from which an enlarger begins as an interpolation: its first features carry the
 * colours through, all that it adds begins as zero. The papers begin at random, and spend their
 * first hours on learning what is here from the first step.
 */

import { defaultWeightInit, type Initializer } from '@bandweave/graph';

/** Convolution weights [out, in, k, k] by which outputs below `colors` are the inputs of their number. */
export const carryingInit =
  (colors: number): Initializer =>
  (shape, random) => {
    const values = defaultWeightInit(shape, random);
    const [, inputs, tall, wide] = shape;
    const each = inputs * tall * wide;
    for (let c = 0; c < colors; c++) {
      values.fill(0, c * each, (c + 1) * each);
      values[c * each + c * tall * wide + Math.floor(tall / 2) * wide + Math.floor(wide / 2)] = 1;
    }
    return values;
  };

/**
 * 3 x 3 weights [colors · ratio² or more, in, 3, 3] before a pixel shuffle: the first `colors`
 * features are enlarged by the parabola through three samples on each axis.
 */
export const interpolatingInit =
  ({ colors, ratio }: { readonly colors: number; readonly ratio: number }): Initializer =>
  (shape, random) => {
    const values = defaultWeightInit(shape, random);
    const each = shape[1] * 9;
    const taps = Array.from({ length: ratio }, (_, i) => parabola((i + 0.5) / ratio - 0.5));
    for (let row = 0; row < colors * ratio ** 2; row++) {
      const c = Math.floor(row / ratio ** 2);
      const down = taps[Math.floor(row / ratio) % ratio];
      const across = taps[row % ratio];
      values.fill(0, row * each, (row + 1) * each);
      for (let k = 0; k < 9; k++) {
        values[row * each + c * 9 + k] = down[Math.floor(k / 3)] * across[k % 3];
      }
    }
    return values;
  };

/** Weights of the samples at -1, 0 and 1 for the value at t. */
const parabola = (t: number) => [(t * (t - 1)) / 2, 1 - t * t, (t * (t + 1)) / 2];
