/** The released tiling, over the toy network that the cases describe. */

import { join } from 'node:path';
import { mergePatches } from '@bandweave/models';
import type { Runner } from '../case.js';
import { maxAbsDifference, need, readTensors, type Tensor } from '../tensors.js';

/** out = lms + 0.5 pan · mean(ms) + 0.1 r + 0.05 c², r down the rows and c across the columns. */
export const runTiling: Runner = async ({ folder, json }) => {
  const stored = readTensors(join(folder, 'io.safetensors'));
  const [lms, pan, ms] = ['in.lms', 'in.pan', 'in.ms'].map((name) => need(stored, name));
  const [, bands, height, width] = lms.shape;
  const [patch, , small] = json.config.patch as number[];
  const ratio = patch / small;
  const merged = await mergePatches({ bands, height, width, patch }, ({ row, col }) => {
    const out = new Float32Array(bands * patch * patch);
    for (let k = 0, at = 0; k < bands; k++) {
      const mean = meanOf(ms, { band: k, row: row / ratio, col: col / ratio, side: small });
      for (let y = 0; y < patch; y++) {
        for (let x = 0; x < patch; x++, at++) {
          const from = (row + y) * width + col + x;
          const [r, c] = [y / (patch - 1), (2 * x) / (patch - 1) - 1];
          const detail = 0.5 * pan.data[from] * mean;
          out[at] = lms.data[k * height * width + from] + detail + 0.1 * r + 0.05 * c * c;
        }
      }
    }
    return out;
  });
  const error = maxAbsDifference(merged, need(stored, 'out.merged').data);
  return { error, tolerance: json.tolerance.max_abs as number, note: 'out.merged' };
};

interface Square {
  readonly band: number;
  readonly row: number;
  readonly col: number;
  readonly side: number;
}

function meanOf({ shape, data }: Tensor, { band, row, col, side }: Square): number {
  const [, , height, width] = shape;
  let sum = 0;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) sum += data[(band * height + row + y) * width + col + x];
  }
  return sum / side ** 2;
}
