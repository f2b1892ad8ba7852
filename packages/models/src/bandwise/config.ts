/** The configuration of our network for single bands. */

import { GraphError, type StateDict } from '@bandweave/graph';
import type { NetworkSize } from '../definition.js';

export interface BandwiseConfig extends NetworkSize {
  readonly width: number;
  readonly blocks: number;
}

/**
 * Reads widths off the shapes of weights; the same weights serve any bands and ratio, so these are
 * those of the pair, or where there is none, what the file was trained on.
 *
 * @throws GraphError where they are another network's
 */
export function bandwiseConfig(
  weights: StateDict,
  { file, pair }: { readonly file: string; readonly pair: { msBands: number; ratio: number } },
): BandwiseConfig {
  const head = weights.get('head.weight')?.shape;
  const tail = weights.get('tail.weight')?.shape;
  if (head?.length !== 4 || tail?.length !== 4 || tail[0] !== 1 || tail[1] !== head[0]) {
    throw new GraphError(
      `${file}: expected weights of bandwise with head.weight and a tail.weight of one band, got others; these are weights of another network.`,
    );
  }
  let blocks = 0;
  while (weights.has(`body.${blocks}.0.weight`)) blocks++;
  return { ...pair, panBands: 1, width: head[0], blocks };
}
