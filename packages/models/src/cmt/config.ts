/**
 * CMT's configuration. Shu, Cao, Deng et al. 2024, Cross modulation transformer. No code and no
 * layer sizes are public: this is our reading of the paper.
 */

import { GraphError, type StateDict } from '@bandweave/graph';
import { shapeReader } from '../shape-reader.js';

/**
 * How the modulator acts on the carrier's values: V · G (double sideband, suppressed carrier),
 * V · (1 + G) (amplitude modulation), or not at all: an ablation.
 */
export type Modulation = 'dsb-sc' | 'am' | 'none';

export interface CmtConfig {
  readonly panBands: number;
  readonly msBands: number;
  readonly ratio: number;
  readonly channels: number;
  /** Cross modulation blocks of each stream. */
  readonly blocks: number;
  readonly heads: number;
  /** Side of the windows that attention spans, in PAN pixels. */
  readonly window: number;
  readonly modulation: Modulation;
}

export const CMT_SIZES = { channels: 32, blocks: 2, heads: 4, window: 8 };

/** What the shapes of weights don't tell. */
export type CmtUntold = Partial<Pick<CmtConfig, 'ratio' | 'heads' | 'window' | 'modulation'>>;

/**
 * Reads the configuration off the shapes of weights.
 *
 * @throws GraphError where they are not CMT's
 */
export function cmtConfigFrom(
  weights: StateDict,
  { file = 'weights', ...untold }: CmtUntold & { readonly file?: string } = {},
): CmtConfig {
  const shapeOf = shapeReader(weights, { file, network: 'CMT', axes: 4 });
  const [channels, panBands] = shapeOf('pan_head.weight');
  const [, msBands] = shapeOf('ms_head.weight');
  let blocks = 0;
  while (weights.has(`stages.${blocks}.ms.attn.to_q.weight`)) blocks++;
  if (blocks === 0) {
    throw new GraphError(
      `${file}: expected weights of CMT with stages.0.ms.attn.to_q.weight, got none; these are weights of another network.`,
    );
  }
  const { heads, window } = { ...CMT_SIZES, ...untold };
  const { ratio = 4 } = untold;
  const plain = !weights.has('stages.0.ms.attn.to_g.weight');
  const modulation = plain ? 'none' : (untold.modulation ?? 'dsb-sc');
  return { panBands, msBands, ratio, channels, blocks, heads, window, modulation };
}
