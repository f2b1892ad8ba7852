/** CANNet's configuration. Duan et al. 2024, Content-adaptive non-local convolution (CVPR). */

import { GraphError, type StateDict } from '@bandweave/graph';

/**
 * What the kernels of a layer adapt to: the mean patch of a pixel's cluster (the paper), of the
 * whole image (its ablation "one cluster"), the pixel's own patch, or nothing (plain convolution).
 */
export type Adaption = 'clusters' | 'image' | 'pixel' | 'none';

export interface CanNetConfig {
  /** Channels at full resolution; doubled at each of two reductions. */
  readonly channels: number;
  readonly panBands: number;
  readonly msBands: number;
  /** MS pixel size over PAN pixel size. */
  readonly ratio: number;
  /** Clusters of an image at each level. */
  readonly clusters: number;
  /** Clusters of at most this share of the pixels are joined into one. */
  readonly threshold: number;
  readonly adaption: Adaption;
}

/** The published WorldView-3 network: 787,426 parameters. */
export const CANNET_WV3: CanNetConfig = {
  channels: 32,
  panBands: 1,
  msBands: 8,
  ratio: 4,
  clusters: 32,
  threshold: 0.005,
  adaption: 'clusters',
};

/** What the shapes of weights don't tell; the paper's values where nothing is said. */
export type Untold = Partial<Pick<CanNetConfig, 'ratio' | 'clusters' | 'threshold' | 'adaption'>>;

/**
 * Reads the configuration off the shapes of weights.
 *
 * @throws GraphError where they are not CANNet's
 */
export function canNetConfigFrom(
  weights: StateDict,
  { file = 'weights', ...untold }: Untold & { readonly file?: string } = {},
): CanNetConfig {
  const shapeOf = (name: string): readonly number[] => {
    const shape = weights.get(name)?.shape;
    if (shape?.length === 4) return shape;
    const got = shape ? `[${shape}]` : 'none';
    throw new GraphError(
      `${file}: expected weights of CANNet with ${name} of four axes, got ${got}; these are weights of another network.`,
    );
  };
  const [channels, bands] = shapeOf('head_conv.weight');
  const [msBands, wide] = shapeOf('tail_conv.weight');
  const adapts = weights.has('rb1.conv1.kernels');
  if (!adapts) shapeOf('rb1.conv1.weight');
  if (wide !== channels || bands <= msBands) {
    throw new GraphError(
      `${file}: expected head_conv of ${channels} channels from PAN and ${msBands} bands, got ${bands} bands and ${wide} channels in tail_conv; these are weights of another network.`,
    );
  }
  const { ratio, clusters, threshold } = { ...CANNET_WV3, ...untold };
  const adaption = adapts ? (untold.adaption ?? 'clusters') : 'none';
  return { channels, panBands: bands - msBands, msBands, ratio, clusters, threshold, adaption };
}
