/** One method on one scene: fused, measured, and kept. */

import { join } from 'node:path';
import { assess } from '../assess/assess.js';
import { fuse } from '../fuse.js';
import type { CompareOptions, MethodScore, PreparedScene } from './compare-options.js';
import { measureWindows } from './measure-windows.js';
import { exists, keep, keyOf, recall, stampOf } from './results-file.js';

export interface ScoreOutcome {
  readonly score: MethodScore;
  /** Whether an earlier run had left it. */
  readonly resumed: boolean;
}

export async function scoreMethod(
  method: string,
  { scene, folder }: { readonly scene: PreparedScene; readonly folder: string },
  options: CompareOptions,
): Promise<ScoreOutcome> {
  const { weights, convention = 'toolbox', bitDepth, signal, threads, memory } = options;
  const place = join(folder, scene.name, scene.resolution);
  const output = join(place, `${method}.tif`);
  const record = join(place, `${method}.json`);
  const file = weights?.[method];
  const key = keyOf({
    scene,
    method,
    convention,
    bitDepth: bitDepth ?? null,
    stamps: await Promise.all([scene.pan, ...scene.ms, ...(file ? [file] : [])].map(stampOf)),
  });
  const known = await recall<MethodScore>(record, key);
  if (known && (await exists(output))) return { score: known, resumed: true };
  const run = {
    ...(signal ? { signal } : {}),
    ...(threads === undefined ? {} : { threads }),
    ...(memory === undefined ? {} : { memory }),
  };
  const fused = await fuse(scene.pan, scene.ms, output, {
    method,
    sensor: scene.sensor,
    overwrite: true,
    ...(file ? { weights: file } : {}),
    ...run,
  });
  const against =
    scene.reference === undefined
      ? { pan: scene.pan, ms: scene.ms }
      : { reference: scene.reference };
  const { indices } = await assess(output, against, {
    ratio: scene.ratio,
    sensor: scene.sensor,
    convention,
    ...(bitDepth === undefined ? {} : { bitDepth }),
    ...(signal ? { signal } : {}),
  });
  const windows = await measureWindows(output, scene, options);
  const score = { method, indices, windows, seconds: fused.seconds, output };
  await keep(record, key, score);
  return { score, resumed: false };
}
