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
  { job, scene, base, parameters, signal }: BaseRequest,
): Promise<Float32Array> {
  const inside = {
    rows: { start: rows.start, end: Math.min(rows.end, scene.height) },
    cols: { start: cols.start, end: Math.min(cols.end, scene.width) },
  };
  const [height, width] = [
    inside.rows.end - inside.rows.start,
    inside.cols.end - inside.cols.start,
  ];
  const fused = inputs.base
    ? await inputs.base(inside, signal)
    : await classicalWindow(inputs, inside, { job, scene, base, parameters, signal });
  const [tall, wide] = [rows.end - rows.start, cols.end - cols.start];
  if (tall === height && wide === width) return fused;
  const planes = fused.length / (height * width);
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

interface BaseRequest {
  readonly job: Job;
  readonly scene: Scene;
  readonly base: string;
  readonly parameters: unknown;
  readonly signal: AbortSignal | undefined;
}

async function classicalWindow(
  inputs: Inputs,
  inside: Placed,
  { job, scene, base, parameters, signal }: BaseRequest,
): Promise<Float32Array> {
  const method = severalMethods(base);
  const parts = { job, scene, method };
  const regions = await readRegions(inputs, inside, { ...parts, ...(signal ? { signal } : {}) });
  const window = windowOf(regions, inside, parts);
  const size = window.height * window.width;
  const planes = namesOf(base).length * scene.bands;
  const fused = new Float32Array(planes * size);
  method.fuse(window, scene, parameters, fused);
  if (window.mask) {
    for (let k = 0; k < planes; k++) {
      fillMissing(fused.subarray(k * size, (k + 1) * size), window.mask);
    }
  }
  return fused;
}

/** The band's mean in place of what is missing. */
export function fillMissing(band: Float32Array, mask: Uint8Array): void {
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
