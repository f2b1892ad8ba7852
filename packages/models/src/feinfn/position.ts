/** The positional term of the spatial function: a table of 4096 sines and cosines, stretched. */

import { constant, type Tensor } from '@bandweave/graph';
import type { Rows } from './neighbours.js';

const ENTRIES = 4096;

/**
 * (sin p, cos p) where p runs over the table as a pixel's number in row-major order runs over all
 * pixels (not by its place): entries are interpolated linearly, half-pixel centres, ends clamped.
 */
export function positionTerm(height: number, width: number): (rows: Rows) => Tensor {
  const step = ENTRIES / (height * width);
  return ({ start, stop }) => {
    const plane = (stop - start) * width;
    const values = new Float32Array(2 * plane);
    for (let k = 0; k < plane; k++) {
      const at = Math.max(0, (start * width + k + 0.5) * step - 0.5);
      const low = Math.min(Math.floor(at), ENTRIES - 1);
      const high = Math.min(low + 1, ENTRIES - 1);
      const share = at - Math.floor(at);
      values[k] = (1 - share) * Math.sin(low) + share * Math.sin(high);
      values[plane + k] = (1 - share) * Math.cos(low) + share * Math.cos(high);
    }
    return constant(values, [1, 2, stop - start, width]);
  };
}
