/** Reads LE-Mamba's configuration off the shapes of weights. */

import type { StateDict } from '@bandweave/graph';
import { shapeReader } from '../shape-reader.js';
import type { LeMambaConfig, ScanConfig, StageConfig } from './config.js';

export interface ReadConfigOptions {
  /** How messages call the weights. */
  readonly file?: string;
  /** Side of the local windows, which no shape tells; 8 as published by default. */
  readonly window?: number;
  /** The same by level. */
  readonly windows?: readonly (number | null)[];
}

/**
 * @throws GraphError where they are weights of another network
 */
export function leMambaConfigFrom(
  weights: StateDict,
  { file = 'weights', window = 8, windows = [] }: ReadConfigOptions = {},
): LeMambaConfig {
  const shapeOf = shapeReader(weights, { file, network: 'LE-Mamba' });
  const scan = (prefix: string): ScanConfig => {
    const [, channels] = shapeOf(`${prefix}.op.in_proj.weight`);
    const [inner, , kernel] = shapeOf(`${prefix}.op.conv2d.weight`);
    const [, states] = shapeOf(`${prefix}.op.A_logs`);
    return { expand: inner / channels, states, kernel };
  };
  const stage = (prefix: string, { first, level }: { first: number; level: number }) => {
    let blocks = 0;
    while (weights.has(`${prefix}.mods.${first + blocks}.mamba.op.A_logs`)) blocks += 1;
    const block = `${prefix}.mods.${first}`;
    const local = weights.has(`${block}.mamba_inner_shared.op.A_logs`)
      ? {
          local: { ...scan(`${block}.mamba_inner_shared`), window: windows[level] ?? window },
        }
      : {};
    return { blocks, global: scan(`${block}.mamba`), ...local } satisfies StageConfig;
  };

  const [width, msBands] = shapeOf('intro.weight');
  const [, panBands] = shapeOf('lemm_encoders.0.mods.0.intro_conv.0.weight');
  let levels = 0;
  while (weights.has(`lemm_downs.${levels}.1.weight`)) levels += 1;
  const numbers = Array.from({ length: levels }, (_, level) => level);
  const growth = numbers.map((level) => {
    const [out, inputs] = shapeOf(`lemm_downs.${level}.1.weight`);
    return out / inputs;
  });
  return {
    msBands,
    panBands,
    width,
    growth,
    encoder: numbers.map((level) => stage(`lemm_encoders.${level}`, { first: 0, level })),
    middle: stage('middle_blks', { first: 0, level: levels }),
    decoder: numbers.map((d) => stage(`lemm_decoders.${d}`, { first: 1, level: levels - 1 - d })),
    stateSharing: [...weights.keys()].some((name) => name.endsWith('.ssm_state_weight1'))
      ? 'injected'
      : 'none',
    dropPath: 0.1,
  };
}
