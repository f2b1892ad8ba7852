/** Cross modulation attention: one stream's features scale the values of another's self-attention. */

import {
  add,
  attention,
  constantInit,
  linear,
  mul,
  type Params,
  type Tensor,
  zerosInit,
} from '@bandweave/graph';
import { layerNormLayer, linearLayer } from '@bandweave/nn';
import type { Modulation } from './config.js';

export interface ModulatedOptions {
  readonly heads: number;
  readonly modulation: Modulation;
}

/**
 * carrier + Wo · softmax(Q Kᵀ / sqrt(d)) V^ + bo over tokens [b, n, c], where V^ is V · G or
 * V · (1 + G), and G comes from the modulator at the same token; or V itself. It begins as plain
 * self-attention: G is 1 or 0 everywhere.
 */
export function modulatedAttention(
  params: Params,
  carrier: Tensor,
  { modulator, heads, modulation }: ModulatedOptions & { readonly modulator: Tensor },
): Tensor {
  const c = carrier.shape[2];
  const own = layerNormLayer(params.scope('norm_c'), carrier);
  const plain = (name: string) => linearLayer(params.scope(name), own, { out: c, bias: 'no' });
  const values = () => {
    const value = plain('to_v');
    if (modulation === 'none') return value;
    const gain = gainOf(params, modulator, modulation);
    return mul(value, modulation === 'am' ? add(gain, 1) : gain);
  };
  const mixed = attention(plain('to_q'), plain('to_k'), values(), { heads });
  return add(carrier, linearLayer(params.scope('to_out'), mixed, { out: c }));
}

/** What the modulator makes of a carrier's values; 1 or 0 everywhere at first. */
function gainOf(params: Params, modulator: Tensor, modulation: 'dsb-sc' | 'am'): Tensor {
  const c = modulator.shape[2];
  const gate = params.scope('to_g');
  return linear(
    layerNormLayer(params.scope('norm_m'), modulator),
    gate.get('weight', [c, c], zerosInit),
    { bias: gate.get('bias', [c], constantInit(modulation === 'am' ? 0 : 1)) },
  );
}
