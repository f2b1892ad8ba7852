/** The configuration of our small residual network. */

import { GraphError, type StateDict } from '@bandweave/graph';
import type { NetworkSize } from '../definition.js';

export interface ResCnnConfig extends NetworkSize {
  readonly width: number;
  readonly blocks: number;
}

/**
 * Reads the configuration off the shapes of weights. No weight depends on the ratio: it stands in
 * the metadata, or is stated.
 *
 * @throws GraphError where they are another network's
 */
export function resCnnConfig(
  weights: StateDict,
  { file, ratio }: { readonly file: string; readonly ratio: unknown },
): ResCnnConfig {
  const head = weights.get('head.weight')?.shape;
  const tail = weights.get('tail.weight')?.shape;
  if (head?.length !== 4 || tail?.length !== 4) {
    throw new GraphError(
      `${file}: expected weights of rescnn with head.weight and tail.weight of four axes, got others; these are weights of another network.`,
    );
  }
  const msBands = tail[0];
  let blocks = 0;
  while (weights.has(`body.${blocks}.0.weight`)) blocks++;
  // PAN, MS and at least one base.
  const images = (head[1] - 1) / msBands;
  if (!whole(ratio, 2) || !whole(images, 2)) {
    throw new GraphError(
      `${file}: expected rescnn's ratio in the metadata and a head for PAN, MS and bases, got ratio ${String(ratio)} and ${head[1]} inputs for ${msBands} bands; train the weights again.`,
    );
  }
  return { panBands: 1, msBands, ratio, width: head[0], blocks };
}

const whole = (value: unknown, least: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= least;
