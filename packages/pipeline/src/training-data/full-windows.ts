/** Windows of a scene at full resolution as a network is fed with them, spread over the scene. */

import { makeScene } from '@bandweave/fusion';
import { random, seedFor } from '@bandweave/graph';
import type { FullWindow } from '@bandweave/training';
import type { RasterInput } from '../fuse-options.js';
import { closeInputs, openInputs } from '../inputs.js';
import { statisticsAreas } from '../job.js';
import { LatticePair } from '../lattice-pair.js';
import { windowInputs } from '../network-window.js';
import { makeRunner, statisticsPass } from '../operation.js';
import { planFusion } from '../plan.js';
import { completeMask } from '../regions.js';

export interface FullWindowsOptions {
  readonly method: string;
  readonly weights: string;
  readonly sensor?: string;
  readonly bitDepth?: number;
  readonly side: number;
  readonly count: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
}

export interface FullWindows {
  readonly windows: readonly FullWindow[];
  readonly gains: readonly number[];
}

/** Places that are tried for each window that holds nothing but data. */
const TRIES = 4;

/** None where the scene is smaller than a window. */
export async function fullWindows(
  pan: RasterInput,
  ms: RasterInput,
  { method, weights, side, count, seed, signal, ...options }: FullWindowsOptions,
): Promise<FullWindows> {
  const inputs = await openInputs(pan, [ms]);
  try {
    const { job } = await planFusion(
      inputs,
      { pan: String(pan), ms: [String(ms)] },
      { method, weights, ...options },
    );
    const facts = job.network!;
    const { msGains, height, width } = job.scene;
    const runner = makeRunner(job, inputs);
    const pass = statisticsPass(job);
    let parameters: unknown = null;
    if (pass) {
      const sums = new Float64Array(pass.size);
      for (const area of statisticsAreas(height, width)) {
        pass.merge(sums, await runner.statistics(area, signal ? { signal } : {}));
      }
      parameters = pass.solve(sums);
    }
    await runner.close();
    const step = facts.ratio * facts.msStep;
    const source = random(seedFor('full windows', seed));
    const draw = (length: number) =>
      Math.floor(source.uniform() * (Math.floor((length - side) / step) + 1)) * step;
    const windows: FullWindow[] = [];
    if (Math.min(height, width) < side) return { windows, gains: msGains };
    const scene = makeScene(job.scene);
    for (let i = 0; windows.length < count && i < TRIES * count; i++) {
      signal?.throwIfAborted();
      const [row, col] = [draw(height), draw(width)];
      const place = {
        rows: { start: row, end: row + side },
        cols: { start: col, end: col + side },
      };
      const onPan = { row: row + job.origin.row, col: col + job.origin.col };
      const inside =
        onPan.row >= 0 &&
        onPan.col >= 0 &&
        onPan.row + side <= inputs.pan.info.height &&
        onPan.col + side <= inputs.pan.info.width;
      if (!inside) continue;
      const read = await inputs.pan.read({ ...onPan, height: side, width: side });
      if (completeMask(read, job.nodata).mask?.includes(0)) continue;
      const pair = await LatticePair.read(inputs, [place], { job, scene, facts });
      const given = { job, scene, inputs, parameters, signal };
      const { lms, ...rest } = await windowInputs(pair, place, given);
      windows.push({ ...rest, lms: lms!() });
    }
    return { windows, gains: msGains };
  } finally {
    await closeInputs(inputs, [pan, ms]);
  }
}
