/**
 * Initial values as the original sets them: truncated normals for linear layers, He et al.'s by
 * fan-out for convolutions, zero biases. Norms and the scan's own parameters keep theirs.
 */

import {
  kaimingNormalInit,
  type Params,
  truncatedNormalInit,
  uniformInit,
  zerosInit,
} from '@bandweave/graph';

const linearInit = truncatedNormalInit(0.02);
const convInit = kaimingNormalInit({ mode: 'fanOut' });

function initFor(name: string, shape: readonly number[]) {
  // One matrix a direction: the fan-in is that of one, which the shape alone does not tell.
  if (name.endsWith('x_proj_weight')) return uniformInit(1 / Math.sqrt(shape[2]));
  if (name.endsWith('bias') && !name.endsWith('dt_projs_bias')) return zerosInit;
  if (!name.endsWith('.weight') && name !== 'weight') return undefined;
  if (shape.length === 2) return linearInit;
  return shape.length === 4 ? convInit : undefined;
}

/** The same parameters, begun as the original begins them. */
export function published(params: Params): Params {
  return {
    ...params,
    get: (name, shape, init) => params.get(name, shape, initFor(name, shape) ?? init),
    scope: (prefix) => published(params.scope(prefix)),
  };
}
