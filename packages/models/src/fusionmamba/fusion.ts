/**
 * What joins FusionMamba's two branches: the paper's crossed state-space layers, and the two
 * ordinary ways that its ablation sets beside them.
 */

import { add, attention, concat, mul, type Params, type Tensor } from '@bandweave/graph';
import { type Grid, layerNormLayer, linearLayer, mambaBlocks } from '@bandweave/nn';

/** 'crossed' is the paper's. */
export type FusionKind = 'crossed' | 'concat' | 'cross-attention';

/** Tokens [b, l, c] of each branch, after their own layers. */
interface Tokens {
  readonly spatial: Tensor;
  readonly spectral: Tensor;
}

interface FuseOptions extends Grid {
  readonly kind: FusionKind;
}

/** What both branches have in common [b, l, c]. */
export function fuseTokens(params: Params, tokens: Tokens, { kind, ...grid }: FuseOptions): Tensor {
  const { spatial, spectral } = tokens;
  const out = spatial.shape[2];
  const project = (t: Tensor) => linearLayer(params.scope('out_proj'), t, { out });
  if (kind === 'concat') return project(concat([spatial, spectral], { axis: 2 }));
  const [a, b] =
    kind === 'crossed' ? crossedScans(params, tokens, grid) : crossedAttention(params, tokens);
  return project(mul(add(add(spatial, a), add(spectral, b)), 0.5));
}

/** Each branch scanned with steps that the other sets. */
function crossedScans(params: Params, { spatial, spectral }: Tokens, grid: Grid) {
  const job = (name: string, x: Tensor, steer: Tensor) => {
    const own = params.scope(name);
    return {
      params: own.scope('block'),
      x: layerNormLayer(own.scope('norm0'), x),
      steer: layerNormLayer(own.scope('norm1'), steer),
    };
  };
  return mambaBlocks(
    [job('spa_cross_mamba', spatial, spectral), job('spe_cross_mamba', spectral, spatial)],
    { ...grid, directions: 'four' },
  );
}

function crossedAttention(params: Params, { spatial, spectral }: Tokens) {
  return [
    answered(params.scope('spa_cross_attention'), spatial, spectral),
    answered(params.scope('spe_cross_attention'), spectral, spatial),
  ];
}

/** One branch asks, the other answers: attention over all positions. Vaswani et al. 2017. */
function answered(params: Params, x: Tensor, other: Tensor): Tensor {
  const out = x.shape[2];
  const asked = layerNormLayer(params.scope('norm0'), x);
  const given = layerNormLayer(params.scope('norm1'), other);
  const linear = (name: string, t: Tensor) => linearLayer(params.scope(name), t, { out });
  const answer = attention(linear('q', asked), linear('k', given), linear('v', given), {
    heads: out % 8 === 0 ? out / 8 : 1,
  });
  return linear('proj', answer);
}
