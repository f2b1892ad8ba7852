/** The configuration of our small residual network. */

import { GraphError, type StateDict } from '@bandweave/graph';
import type { NetworkSize } from '../definition.js';

export interface ResCnnConfig extends NetworkSize {
  readonly width: number;
  readonly blocks: number;
  /**
   * `joint` sees all bands at once. `each` sees one at a time, beside PAN and the mean of all, by
   * the same weights: any number of bands in any order, PAN of one band.
   */
  readonly bands: 'joint' | 'each';
}

/**
 * Reads the configuration off the shapes of weights. The ratio stands in the metadata only, since
 * no weight depends on it, and so do the bands where each is seen by itself.
 *
 * @throws GraphError where they are another network's
 */
export function resCnnConfig(
  weights: StateDict,
  {
    file,
    ratio,
    msBands: stated,
    variant,
  }: {
    readonly file: string;
    readonly ratio: unknown;
    readonly msBands: unknown;
    readonly variant: string | undefined;
  },
): ResCnnConfig {
  const head = weights.get('head.weight')?.shape;
  const tail = weights.get('tail.weight')?.shape;
  if (head?.length !== 4 || tail?.length !== 4) {
    throw new GraphError(
      `${file}: expected weights of rescnn with head.weight and tail.weight of four axes, got others; these are weights of another network.`,
    );
  }
  const bands = variant === 'bandwise' ? 'each' : 'joint';
  const msBands = bands === 'each' ? stated : tail[0];
  const panBands = bands === 'each' ? head[1] - 3 : head[1] - 2 * tail[0];
  let blocks = 0;
  while (weights.has(`body.${blocks}.0.weight`)) blocks++;
  if (!whole(ratio, 2) || !whole(msBands, 1) || panBands < 1) {
    throw new GraphError(
      `${file}: expected rescnn's ratio and bands in the metadata and a head for PAN, MS and base, got ratio ${String(ratio)} and ${head[1]} inputs for ${String(msBands)} bands; train the weights again.`,
    );
  }
  return { panBands, msBands, ratio, width: head[0], blocks, bands };
}

const whole = (value: unknown, least: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= least;
