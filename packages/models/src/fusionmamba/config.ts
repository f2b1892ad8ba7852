/** FusionMamba's configuration. Peng et al. 2024, FusionMamba: efficient remote sensing image fusion. */

import { GraphError, type StateDict } from '@bandweave/graph';

export interface FusionMambaConfig {
  /** Channels at full resolution; doubled at each of two reductions. */
  readonly dim: number;
  readonly panBands: number;
  readonly msBands: number;
  /** MS pixel size over PAN pixel size. */
  readonly ratio: number;
}

/** The published WorldView-3 network: 735,401 parameters. */
export const FUSIONMAMBA_WV3: FusionMambaConfig = { dim: 32, panBands: 1, msBands: 8, ratio: 4 };

/**
 * Reads the configuration off the shapes of weights.
 *
 * @throws GraphError where they are not FusionMamba's
 */
export function configFromStateDict(
  weights: StateDict,
  { file = 'weights' }: { readonly file?: string } = {},
): FusionMambaConfig {
  const shapeOf = (name: string): readonly number[] => {
    const shape = weights.get(name)?.shape;
    if (shape?.length === 4) return shape;
    const got = shape ? `[${shape}]` : 'none';
    throw new GraphError(
      `${file}: expected weights of FusionMamba with ${name} of four axes, got ${got}; these are weights of another network.`,
    );
  };
  const [dim, panBands] = shapeOf('raise_pan_dim.0.weight');
  const [, msBands] = shapeOf('raise_ms_dim.0.weight');
  const [raised] = shapeOf('upsample.upsamle.0.weight');
  const ratio = Math.sqrt(raised / msBands);
  if (!Number.isInteger(ratio)) {
    throw new GraphError(
      `${file}: expected an upsampler to bands · ratio² channels, got ${raised} for ${msBands} bands; these are weights of another network.`,
    );
  }
  return { dim, panBands, msBands, ratio };
}
