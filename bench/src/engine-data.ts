/** Weights and batches that both sides of the comparison read. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { random, writeSafetensors } from '@bandweave/graph';
import { CASES, type CaseName, traceCase } from './engine-networks.js';

/** Writes weights.safetensors and data.safetensors (x and y, batches first) into a folder. */
export async function writeCase(folder: string, name: CaseName, batches: number): Promise<string> {
  const place = join(folder, name);
  await mkdir(place, { recursive: true });
  await writeSafetensors(join(place, 'weights.safetensors'), traceCase(name).params.stateDict());
  const shape = [batches, ...CASES[name].shape];
  const size = shape.reduce((a, b) => a * b, 1);
  const source = random(11);
  const x = Float32Array.from({ length: size }, () => source.normal());
  // Something to learn: the input made smoother, so that losses fall.
  const y = x.map((v, i) => 0.5 * v + 0.25 * (x[i - 1] ?? 0));
  await writeSafetensors(join(place, 'data.safetensors'), [
    ['x', { shape, data: x }],
    ['y', { shape, data: y }],
  ]);
  return place;
}
