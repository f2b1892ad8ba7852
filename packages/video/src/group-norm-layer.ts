/** Group norm with parameters under PyTorch's names. */

import { groupNorm, onesInit, type Params, type Tensor, zerosInit } from '@bandweave/graph';

export interface GroupNormLayerOptions {
  readonly groups: number;
  readonly eps: number;
}

/** weight and bias [channels] over axis 1. */
export function groupNormLayer(
  params: Params,
  x: Tensor,
  { groups, eps }: GroupNormLayerOptions,
): Tensor {
  const channels = x.shape[1];
  const weight = params.get('weight', [channels], onesInit);
  return groupNorm(x, { groups, eps, weight, bias: params.get('bias', [channels], zerosInit) });
}
