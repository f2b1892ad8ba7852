/** The middle of a scene, gathered window by window for mathematics that needs pixels at once. */

import type { FusionWindow, Scene } from '../method.js';
import { perScene } from './per-scene.js';

/** Longest side: what is gathered stays small whatever the scene. */
const SIDE = 512;

/** Where it lies on the output grid, inside PAN's extent. */
export const cropOf = perScene(({ panExtent }: Scene): Scene['panExtent'] => {
  const middle = ({ start, end }: { start: number; end: number }) => {
    const length = Math.min(SIDE, end - start);
    const first = start + Math.floor((end - start - length) / 2);
    return { start: first, end: first + length };
  };
  return { rows: middle(panExtent.rows), cols: middle(panExtent.cols) };
});

function pixelsOf(scene: Scene): number {
  const { rows, cols } = cropOf(scene);
  return (rows.end - rows.start) * (cols.end - cols.start);
}

/** Sums: one a pixel for what is known, for PAN, and for each band. */
export function cropSize(scene: Scene): number {
  return pixelsOf(scene) * (2 + scene.bands);
}

/** Lays down what a window holds of the middle. */
export function gatherCrop(window: FusionWindow, scene: Scene, sums: Float64Array): void {
  const { rows, cols } = cropOf(scene);
  const size = pixelsOf(scene);
  const { exp, pan, mask, width } = window;
  for (
    let row = Math.max(rows.start, window.rows.start);
    row < Math.min(rows.end, window.rows.end);
    row++
  ) {
    for (
      let col = Math.max(cols.start, window.cols.start);
      col < Math.min(cols.end, window.cols.end);
      col++
    ) {
      const from = (row - window.rows.start) * width + col - window.cols.start;
      if (mask && mask[from] === 0) continue;
      const to = (row - rows.start) * (cols.end - cols.start) + col - cols.start;
      sums[to] = 1;
      sums[size + to] = pan[from];
      for (let k = 0; k < scene.bands; k++) {
        sums[(2 + k) * size + to] = exp[k * pan.length + from];
      }
    }
  }
}

/** What was gathered, missing pixels taking the mean of the others. */
export function readCrop(
  sums: Float64Array,
  scene: Scene,
): { readonly pan: Float64Array; readonly bands: readonly Float64Array[] } {
  const size = pixelsOf(scene);
  const plane = (i: number) => {
    const values = sums.slice(i * size, (i + 1) * size);
    let count = 0;
    let sum = 0;
    for (let p = 0; p < size; p++) {
      count += sums[p];
      sum += values[p];
    }
    const mean = count > 0 ? sum / count : 0;
    if (count < size) for (let p = 0; p < size; p++) if (sums[p] === 0) values[p] = mean;
    return values;
  };
  return { pan: plane(1), bands: Array.from({ length: scene.bands }, (_, k) => plane(2 + k)) };
}
