/** The Video Generation Transformer's sizes. Ours: the paper's are not known. */

import { InputError } from '@bandweave/image';

export interface VgtConfig {
  readonly latents: number;
  readonly dim: number;
  readonly heads: number;
  readonly layers: number;
  /** Side of a patch of the latent. */
  readonly patch: number;
  /** 'pure' attends only; 'hyper' has a 3-D convolution in each block. */
  readonly variant: 'pure' | 'hyper';
  /** Groups of the norm before that convolution. */
  readonly groups: number;
  /** What the perturbation is multiplied by. */
  readonly scale: number;
}

/** The product's sizes; patches of 4 where the latent is 64 wide or more. */
export function vgtConfig(given: Partial<VgtConfig> = {}): VgtConfig {
  const config = {
    latents: 4,
    dim: 256,
    heads: 4,
    layers: 4,
    patch: 2,
    variant: 'hyper',
    groups: 8,
    scale: 0.1,
    ...given,
  } as const;
  const { dim, heads, groups } = config;
  if (dim % 4 !== 0 || dim % heads !== 0 || dim % groups !== 0) {
    throw new InputError(
      `vgt: expected a dim that 4, ${heads} heads and ${groups} groups divide, got ${dim}.`,
    );
  }
  return config;
}
