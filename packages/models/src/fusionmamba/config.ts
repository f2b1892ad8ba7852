/** FusionMamba's configuration. Peng et al. 2024, FusionMamba: efficient remote sensing image fusion. */

import { GraphError, type StateDict } from '@bandweave/graph';
import type { FusionKind } from './fusion.js';

export interface FusionMambaConfig {
  /** Channels at full resolution; doubled at each of two reductions. */
  readonly dim: number;
  readonly panBands: number;
  readonly msBands: number;
  /** MS pixel size over PAN pixel size. */
  readonly ratio: number;
  /** What joins the branches; the paper's crossed layers without it. */
  readonly fusion?: FusionKind;
  /** What MS is enlarged from; all bands together without it, as published. */
  readonly upsampling?: 'all-bands' | 'each-band';
}

/** The published WorldView-3 network: 735,401 parameters. */
export const FUSIONMAMBA_WV3: FusionMambaConfig = { dim: 32, panBands: 1, msBands: 8, ratio: 4 };

/**
 * Our reading of the hyperspectral form, which is not public. The learned enlargement from all
 * bands would alone exceed the published 0.44 to 0.51 M parameters, so each band is enlarged by
 * itself, and with 22 channels 102, 145 and 191 bands take 0.436, 0.459 and 0.484 M.
 */
export const hyperspectralConfig = (size: {
  readonly panBands: number;
  readonly msBands: number;
  readonly ratio: number;
}): FusionMambaConfig => ({ ...size, dim: 22, upsampling: 'each-band' });

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
  const [, seen] = shapeOf('upsample.upsamle.0.weight');
  const ratio = Math.sqrt(raised / msBands);
  if (!Number.isInteger(ratio)) {
    throw new GraphError(
      `${file}: expected an upsampler to bands · ratio² channels, got ${raised} for ${msBands} bands; these are weights of another network.`,
    );
  }
  const fusion = fusionOf(weights);
  return {
    dim,
    panBands,
    msBands,
    ratio,
    ...(fusion === 'crossed' ? {} : { fusion }),
    ...(seen === msBands ? {} : { upsampling: 'each-band' }),
  };
}

function fusionOf(weights: StateDict): FusionKind {
  if (weights.has('stage4.spa_cross_attention.q.weight')) return 'cross-attention';
  return weights.has('stage4.spa_cross_mamba.norm0.weight') ? 'crossed' : 'concat';
}
