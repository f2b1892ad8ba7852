/** What guides the kernels of one level: clusters found now, found before, or none. */

import type { Tensor } from '@bandweave/graph';
import type { BlockGuide } from './blocks.js';
import type { KernelFactors } from './canconv.js';
import type { CanNetConfig } from './config.js';
import {
  againPartition,
  batchPartition,
  imagePartition,
  joinSmall,
  nearestRows,
  type Partition,
  wholePartition,
} from './partition.js';

/** Whose pixels are clustered together, and where the clusters come from. */
export type Clustering =
  /** Each image for itself: the paper. */
  | { readonly kind: 'image' }
  /** All images of the batch as one: they are parts of a scene. */
  | { readonly kind: 'batch' }
  /** Found before: int64 [b, pixels] by level, as the cache of training holds them. */
  | { readonly kind: 'given'; readonly levels: readonly Tensor[] }
  /** Each image for itself, beginning with the means of clusters found before. */
  | { readonly kind: 'again'; readonly levels: readonly Tensor[] }
  /** Centres and kernels of a whole scene. */
  | { readonly kind: 'codebook'; readonly codebook: CodebookTensors };

/** A codebook inside a graph. */
export interface CodebookTensors {
  /** [clusters, c] by level */
  readonly centres: readonly Tensor[];
  /** Rows belong to centres. */
  readonly factors: ReadonlyMap<string, KernelFactors>;
}

interface GuideOptions {
  readonly config: CanNetConfig;
  readonly clustering: Clustering;
  /** 0 at full size, 1 and 2 below. */
  readonly level: number;
}

/** The guide of a level from its features x [b, c, h, w]. */
export function guideOf(
  x: Tensor,
  { config, clustering, level }: GuideOptions,
): { guide: BlockGuide; partition?: Partition; index?: Tensor } {
  if (config.adaption === 'none') return { guide: { kind: 'none' } };
  if (config.adaption === 'pixel') return { guide: { kind: 'pixel' } };
  if (clustering.kind === 'codebook') {
    const { centres, factors } = clustering.codebook;
    const rows = nearestRows(x, centres[level]);
    return { guide: { kind: 'fixed', rows, factors: (layer) => factors.get(layer)! }, index: rows };
  }
  const partition =
    config.adaption === 'image' ? wholePartition(x) : clustered(x, { config, clustering, level });
  return { guide: { kind: 'clusters', partition }, partition, index: partition.index };
}

function clustered(x: Tensor, { config, clustering, level }: GuideOptions): Partition {
  switch (clustering.kind) {
    case 'batch':
      return batchPartition(x, config);
    case 'given':
      return joinSmall(clustering.levels[level], config);
    case 'again':
      return againPartition(x, clustering.levels[level], config);
    default:
      return imagePartition(x, config);
  }
}
