/** The decoder: spatial features gate frequency features that went through Gabor activations. */

import {
  concat,
  constantInit,
  gabor,
  mul,
  type Params,
  relu,
  slice,
  type Tensor,
} from '@bandweave/graph';
import { convLayer } from '@bandweave/nn';
import type { Rows } from './neighbours.js';

/** Initial frequency and inverse width of the activations; both are learnt, one each a layer. */
const OMEGA = 30;
const SIGMA = 10;
const LAYERS = 3;

/** 'gabor' is the paper's; 'relu' is its comparison. */
export type DecoderActivation = 'gabor' | 'relu';

interface DecoderOptions {
  readonly bands: number;
  readonly width: number;
  readonly activation: DecoderActivation;
  readonly blocks: readonly Rows[];
}

/**
 * q_i = k_i · Re ψ(Q_i q_{i-1}) with k_i = ReLU(K_i [q_{i-1}, spatial]) and q_{-1} the frequency
 * features: the gates are real, so the real part of the product is all that is needed.
 */
export function decoder(
  params: Params,
  { spatial, frequency }: { readonly spatial: Tensor; readonly frequency: Tensor },
  { bands, width, activation, blocks }: DecoderOptions,
): Tensor {
  const conv = (scope: Params, x: Tensor, out: number) => convLayer(scope, x, { out, kernel: 1 });
  const part = (rows: Rows) => {
    const s = slice(spatial, [{ axis: 2, ...rows }]);
    let q = slice(frequency, [{ axis: 2, ...rows }]);
    for (let i = 0; i < LAYERS; i++) {
      const gateInput = i === 0 ? s : concat([q, s], { axis: 1 });
      const gate = relu(conv(params.scope(`K.${i}.0`), gateInput, width));
      const u = conv(params.scope(`Q.${i}.0`), q, width);
      q = mul(gate, activated(params.scope(`Q.${i}.1`), u, activation));
    }
    return conv(params.scope('last_layer'), q, bands);
  };
  return concat(blocks.map(part), { axis: 2 });
}

function activated(params: Params, u: Tensor, activation: DecoderActivation): Tensor {
  if (activation === 'relu') return relu(u);
  const omega = params.get('omega_0', [1], constantInit(OMEGA));
  const sigma = params.get('scale_0', [1], constantInit(SIGMA));
  return gabor(u, { omega, sigma }).real;
}
