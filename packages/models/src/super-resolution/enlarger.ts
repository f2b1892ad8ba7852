/** A super-resolution network with the weights of a file, run in a process of its own. */

import {
  compile,
  createParams,
  createSessionCache,
  createWorkerSession,
  input,
  loadStateDict,
} from '@bandweave/graph';
import type { Raster } from '@bandweave/image';
import { openSuperResolution, type SuperResolution } from './open.js';

export interface Enlarger
  extends Pick<SuperResolution, 'name' | 'scale' | 'colors' | 'step' | 'reach' | 'features'> {
  /** [colors, h, w] to [colors, scale h, scale w], both from 0 to 1, not clamped. */
  run(
    image: Raster,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Raster<Float32Array>>;
  close(): Promise<void>;
}

/**
 * EDSR, RCAN or SwinIR from a .safetensors or .pth file. Each size of picture makes a session;
 * those of the last four sizes are kept.
 *
 * @throws GraphError where the weights are those of no such network
 */
export async function openEnlarger(
  path: string,
  { threads = 0 }: { readonly threads?: number } = {},
): Promise<Enlarger> {
  const { tensors } = await loadStateDict(path);
  const network = openSuperResolution(tensors, { file: path });
  const { scale, fullRange, weights, build, ...facts } = network;
  const trace = (height: number, width: number) => {
    const params = createParams({ weights, file: path });
    const output = build(params, input('image', [1, facts.colors, height, width]));
    params.finish();
    return output;
  };
  // Weights that do not fit are told before anything is read; the smallest trace shows them.
  trace(2 * facts.step, 2 * facts.step);
  const cache = createSessionCache((key) => {
    const [height, width] = key.split('x').map(Number);
    const model = compile({ output: trace(height, width) }, { weights: 'initializers' });
    return createWorkerSession(model, { threads, memoryPattern: false });
  });
  return {
    ...facts,
    scale,
    async run({ bands, height, width, data }, { signal } = {}) {
      const session = await cache.get(`${height}x${width}`);
      const image = Float32Array.from(data, (value) => value * fullRange);
      const { output } = await session.run({ image }, signal ? { signal } : {});
      const answer = output.data as Float32Array;
      if (fullRange !== 1) for (let i = 0; i < answer.length; i++) answer[i] /= fullRange;
      return { bands, height: height * scale, width: width * scale, data: answer };
    },
    close: () => cache.close(),
  };
}
