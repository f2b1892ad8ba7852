/** FusionMamba's blocks, under the names that the published weights use. */

import {
  add,
  leakyRelu,
  max,
  mul,
  type Params,
  pixelShuffle,
  reshape,
  sigmoid,
  type Tensor,
  transpose,
} from '@bandweave/graph';
import {
  convLayer,
  convTransposeLayer,
  type Grid,
  layerNormLayer,
  linearLayer,
  mambaBlocks,
} from '@bandweave/nn';
import { type FusionKind, fuseTokens } from './fusion.js';

/** The spatial branch (from PAN) and the spectral one (from MS), [b, c, h, w] each. */
export interface Branches {
  readonly spatial: Tensor;
  readonly spectral: Tensor;
}

function toTokens(map: Tensor): Tensor {
  const [b, c, h, w] = map.shape;
  return transpose(reshape(map, [b, c, h * w]), [0, 2, 1]);
}

function toMap(tokens: Tensor, { height, width }: Grid): Tensor {
  const [b, , c] = tokens.shape;
  return reshape(transpose(tokens, [0, 2, 1]), [b, c, height, width]);
}

/** Both branches through a state-space layer of their own, then fused. */
function fuse(params: Params, { spatial, spectral }: Branches, kind: FusionKind) {
  const grid = { height: spatial.shape[2], width: spatial.shape[3] };
  const options = { ...grid, directions: 'four' } as const;
  const norm = (name: string, x: Tensor) => layerNormLayer(params.scope(name), x);
  const block = (name: string) => params.scope(`${name}.block`);

  const [a, b] = [toTokens(spatial), toTokens(spectral)];
  const [da, db] = mambaBlocks(
    [
      { params: block('spa_mamba_layers.0'), x: norm('spa_mamba_layers.0.norm', a) },
      { params: block('spe_mamba_layers.0'), x: norm('spe_mamba_layers.0.norm', b) },
    ],
    options,
  );
  const [sa, sb] = [add(a, da), add(b, db)];
  const fused = fuseTokens(params, { spatial: sa, spectral: sb }, { ...grid, kind });
  return { sa, sb, fused, grid };
}

/** A fusion block: both branches move halfway to what they have in common. */
export function fusionBlock(params: Params, branches: Branches, kind: FusionKind): Branches {
  const { sa, sb, fused, grid } = fuse(params, branches, kind);
  const towards = (x: Tensor) => toMap(mul(add(x, fused), 0.5), grid);
  return { spatial: towards(sa), spectral: towards(sb) };
}

/** The last fusion block: only what they have in common. */
export function finalFusionBlock(params: Params, branches: Branches, kind: FusionKind): Tensor {
  const { fused, grid } = fuse(params, branches, kind);
  return toMap(fused, grid);
}

/** Half the size, twice the channels. */
export function down(params: Params, x: Tensor): Tensor {
  const out = 2 * x.shape[1];
  return leakyRelu(convLayer(params.scope('down.0'), x, { out, kernel: 2, stride: 2 }));
}

/** Twice the size, half the channels, joined with what the way down left at that size. */
export function up(params: Params, x: Tensor, skip: Tensor): Tensor {
  const out = x.shape[1] / 2;
  const wide = convTransposeLayer(params.scope('up.0'), x, { out, kernel: 2, stride: 2 });
  const joined = add(leakyRelu(wide), skip);
  const own = convLayer(params.scope('conv.0'), joined, {
    out,
    kernel: 3,
    padding: 1,
    groups: out,
  });
  return leakyRelu(convLayer(params.scope('conv.1'), own, { out, kernel: 1 }));
}

/** MS at PAN's size by a learned pixel shuffle, from all bands or from each band by itself. */
export function upsample(
  params: Params,
  ms: Tensor,
  { ratio, from }: { readonly ratio: number; readonly from: 'all-bands' | 'each-band' },
): Tensor {
  const bands = ms.shape[1];
  // "upsamle" is how the published weights spell it.
  const wide = convLayer(params.scope('upsamle.0'), ms, {
    out: bands * ratio ** 2,
    kernel: 3,
    padding: 1,
    bias: 'no',
    groups: from === 'each-band' ? bands : 1,
  });
  return pixelShuffle(wide, { ratio });
}

/** A weight per band from the bands' maxima, [b, bands, 1, 1] in (0, 1). */
export function spectralAttention(
  params: Params,
  ms: Tensor,
  { dim }: { readonly dim: number },
): Tensor {
  const [b, bands] = ms.shape;
  const tokens = reshape(max(ms, { axes: [2, 3] }), [b, bands, 1]);
  const raised = layerNormLayer(
    params.scope('block.1'),
    linearLayer(params.scope('block.0'), tokens, { out: dim }),
  );
  const [mixed] = mambaBlocks([{ params: params.scope('block.2'), x: raised }], {
    directions: 'two',
    height: 1,
    width: bands,
  });
  const weights = sigmoid(linearLayer(params.scope('block.3'), mixed, { out: 1 }));
  return reshape(weights, [b, bands, 1, 1]);
}
