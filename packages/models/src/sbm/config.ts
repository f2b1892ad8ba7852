/**
 * SBM's configuration. Cao, Deng, Vivone et al., Schrödinger bridge matching for pansharpening. No
 * code and no layer sizes are public: schedules, layers and losses here are our reading.
 */

import { GraphError, type StateDict } from '@bandweave/graph';
import { shapeReader } from '../shape-reader.js';
import { type Bridge, constantBridge, symmetricBridge } from './bridge.js';

/** What the network predicts: the target itself, I2SB's label, or the flow's velocity. */
export type Prediction = 'target' | 'label' | 'velocity';

/** `constant`: noise of one strength throughout; `symmetric`: I2SB's, in 1000 steps. */
export type BridgeSchedule = 'constant' | 'symmetric';

/**
 * What the network is trained on: a bridge, or to compare with it the same network by `diffusion`
 * (from noise alone, over SSDiff's cosine schedule) or `regression` (one pass, no path).
 */
export type Path = BridgeSchedule | 'diffusion' | 'regression';

export interface SbmConfig {
  readonly panBands: number;
  readonly msBands: number;
  readonly ratio: number;
  /** At full size; twice as many at half the size, four times at a quarter. */
  readonly channels: number;
  /** Blocks at full and at half size, on the way down and again on the way up. */
  readonly blocks: number;
  /** Blocks at a quarter of the size. */
  readonly deep: number;
  readonly schedule: Path;
  /** Noise of the constant schedule, in units of the network's samples. */
  readonly sigma: number;
  readonly prediction: Prediction;
}

export const SBM_SIZES = { channels: 32, blocks: 2, deep: 4, sigma: 0.1 };

/** Width of the time's sines and cosines, and of the layers over them. */
export const TIME_WAVES = 64;
export const TIME_WIDTH = 128;

/** Steps of the symmetric schedule, and the strongest of its variances times as many. */
export const SYMMETRIC = { steps: 1000, betaMax: 0.3 };

/** The bridge that a configuration runs over, between residuals. */
export function bridgeOf({
  schedule,
  sigma,
}: {
  readonly schedule: BridgeSchedule;
  readonly sigma: number;
}): Bridge {
  return schedule === 'constant' ? constantBridge({ sigma }) : symmetricBridge(SYMMETRIC);
}

/** What the shapes of weights don't tell. */
export type SbmUntold = Partial<Pick<SbmConfig, 'ratio' | 'schedule' | 'sigma' | 'prediction'>>;

/**
 * Reads the configuration off the shapes of weights.
 *
 * @throws GraphError where they are not SBM's
 */
export function sbmConfigFrom(
  weights: StateDict,
  { file = 'weights', ...untold }: SbmUntold & { readonly file?: string } = {},
): SbmConfig {
  const shapeOf = shapeReader(weights, { file, network: 'SBM', axes: 4 });
  const [channels, seen] = shapeOf('head.weight');
  const [msBands] = shapeOf('tail.weight');
  const count = (place: string) => {
    let n = 0;
    while (weights.has(`${place}.${n}.expand.weight`)) n++;
    return n;
  };
  const [blocks, deep] = [count('down.0.blocks'), count('deep.blocks')];
  if (blocks === 0 || deep === 0) {
    throw new GraphError(
      `${file}: expected weights of SBM with blocks at three sizes, got ${blocks} and ${deep}; these are weights of another network.`,
    );
  }
  const { ratio = 4, schedule = 'constant', prediction = 'target' } = untold;
  const { sigma = SBM_SIZES.sigma } = untold;
  const panBands = seen - 2 * msBands;
  return { panBands, msBands, ratio, channels, blocks, deep, schedule, sigma, prediction };
}
