/** A super-resolution network as something that can be probed: from a file of weights. */

import { compile, createParams, createSession, input, loadStateDict } from '@bandweave/graph';
import type { Raster } from '@bandweave/image';
import { openSuperResolution } from '@bandweave/models';
import type { SuperResolver } from './impulse.js';

export interface ProbedNetwork {
  readonly name: string;
  readonly scale: number;
  readonly bands: number;
  /** Images from 0 to 1 to images from 0 to 1, whatever the network calls full range. */
  readonly run: SuperResolver;
}

/**
 * EDSR, RCAN or SwinIR with the weights of a file, .safetensors or .pth. Each call makes a session
 * for the picture's size.
 *
 * @throws GraphError where the weights are those of no such network
 */
export async function probeWeights(path: string): Promise<ProbedNetwork> {
  const { tensors } = await loadStateDict(path);
  const { name, scale, colors, fullRange, weights, build } = openSuperResolution(tensors, {
    file: path,
  });
  const run = async ({ bands, height, width, data }: Raster): Promise<Raster> => {
    const params = createParams({ weights, file: path });
    const image = input('image', [1, bands, height, width]);
    const out = build(params, image);
    params.finish();
    const session = await createSession(compile({ out }, { weights: 'initializers' }), {});
    try {
      const given = Float32Array.from(data, (value) => value * fullRange);
      const results = await session.run({ image: given });
      const answer = results['out']?.data as Float32Array;
      return {
        bands,
        height: height * scale,
        width: width * scale,
        data: Float64Array.from(answer, (value) => value / fullRange),
      };
    } finally {
      await session.close();
    }
  };
  return { name, scale, bands: colors, run };
}
