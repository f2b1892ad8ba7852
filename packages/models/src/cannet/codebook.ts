/**
 * A codebook of a scene: cluster centres of each level and the kernels of each layer, found once on
 * windows of it. The network is then the same function in all of them, which the published one is
 * not: it clusters each image for itself. Our addition.
 */

import {
  constant,
  gather,
  greater,
  type Params,
  reshape,
  scalar,
  slice,
  type Tensor,
  where,
} from '@bandweave/graph';
import type { Fitted } from '../definition.js';
import type { KernelFactors } from './canconv.js';
import type { CanNetConfig } from './config.js';
import type { CodebookTensors } from './guide.js';
import { type CanNetInputs, canNet } from './network.js';

const LEVELS = 3;
const PARTS = ['inputs', 'area', 'outputs', 'bias'] as const;
const BLOCKS = ['rb1', 'rb2', 'rb3', 'rb4', 'rb5'];
const LAYERS = BLOCKS.flatMap((block) => [`${block}.conv1`, `${block}.conv2`]);
const LEVEL_OF: Readonly<Record<string, number>> = { rb1: 0, rb2: 1, rb3: 2, rb4: 1, rb5: 0 };

/** The codebook of windows that are clustered as one image. */
export function fitCodebook(config: CanNetConfig, params: Params, inputs: CanNetInputs): Fitted {
  const { partitions, factors } = canNet(config, params, {
    ...inputs,
    clustering: { kind: 'batch' },
  });
  const fitted: Record<string, Tensor> = {};
  const rows = partitions.map(({ centres, counts }, level) => {
    fitted[`centres.${level}`] = centres!;
    return rowsOf(counts);
  });
  for (const layer of LAYERS) {
    const found = factors.get(layer)!;
    const at = rows[LEVEL_OF[layer.slice(0, 3)]];
    for (const part of PARTS) fitted[`${layer}.${part}`] = gather(found[part], at, { axis: 0 });
  }
  return fitted;
}

/** The row of each cluster's kernel: those that were joined have that of the joined ones. */
function rowsOf(counts: Tensor): Tensor {
  const clusters = counts.shape[1] - 1;
  const kept = greater(slice(counts, [{ axis: 1, stop: clusters }]), 0.5);
  const own = constant(
    Array.from({ length: clusters }, (_, k) => k),
    [clusters],
    'int64',
  );
  return where(reshape(kept, [clusters]), own, scalar(clusters, 'int64'));
}

/** The codebook that tensors of `fitCodebook` make. */
export function codebookOf(fitted: Fitted): CodebookTensors {
  const factors = LAYERS.map((layer) => {
    const [inputs, area, outputs, bias] = PARTS.map((part) => fitted[`${layer}.${part}`]);
    return [layer, { inputs, area, outputs, bias }] as [string, KernelFactors];
  });
  return {
    centres: Array.from({ length: LEVELS }, (_, level) => fitted[`centres.${level}`]),
    factors: new Map(factors),
  };
}
