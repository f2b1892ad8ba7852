/** The classical results that a network starts from, over one window. */

import { namesOf, type Scene, severalMethods } from '@bandweave/fusion';
import { borderIndex } from '@bandweave/image';
import type { Placed } from './blend.js';
import type { Job } from './job.js';
import { type Inputs, readRegions, windowOf } from './regions.js';

/**
 * [bases · bands, rows, cols] in samples; beyond the scene its mirror, and the band's mean where nothing is
 * known, so that a network sees no hole.
 */
export async function baseWindow(
  inputs: Inputs,
  { rows, cols }: Placed,
  {
    job,
    scene,
    base,
    parameters,
    signal,
  }: {
    readonly job: Job;
    readonly scene: Scene;
    readonly base: string;
    readonly parameters: unknown;
    readonly signal: AbortSignal | undefined;
  },
): Promise<Float32Array> {
  const method = severalMethods(base);
  const inside = {
    rows: { start: rows.start, end: Math.min(rows.end, scene.height) },
    cols: { start: cols.start, end: Math.min(cols.end, scene.width) },
  };
  const parts = { job, scene, method };
  const regions = await readRegions(inputs, inside, { ...parts, ...(signal ? { signal } : {}) });
  const window = windowOf(regions, inside, parts);
  const { height, width, mask } = window;
  const size = height * width;
  const planes = namesOf(base).length * scene.bands;
  const fused = new Float32Array(planes * size);
  method.fuse(window, scene, parameters, fused);
  if (mask) {
    for (let k = 0; k < planes; k++) fill(fused.subarray(k * size, (k + 1) * size), mask);
  }
  const [tall, wide] = [rows.end - rows.start, cols.end - cols.start];
  if (tall === height && wide === width) return fused;
  const out = new Float32Array(planes * tall * wide);
  for (let k = 0, to = 0; k < planes; k++) {
    for (let y = 0; y < tall; y++) {
      const from = (k * height + borderIndex(y, height, 'symmetric')) * width;
      for (let x = 0; x < wide; x++, to++) {
        out[to] = fused[from + borderIndex(x, width, 'symmetric')];
      }
    }
  }
  return out;
}

function fill(band: Float32Array, mask: Uint8Array): void {
  let sum = 0;
  let count = 0;
  for (let p = 0; p < band.length; p++) {
    if (mask[p] === 0) continue;
    sum += band[p];
    count++;
  }
  const mean = count > 0 ? sum / count : 0;
  for (let p = 0; p < band.length; p++) if (mask[p] === 0) band[p] = mean;
}
