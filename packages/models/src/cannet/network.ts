/**
 * CANNet: a small U of residual blocks whose kernels adapt to clusters of similar pixels. Pixels are
 * clustered three times, once a level, on the way down; on the way up the same clusters serve, with
 * mean patches of the features there.
 */

import {
  add,
  concat,
  GraphError,
  type Params,
  reshape,
  showShape,
  type Tensor,
} from '@bandweave/graph';
import { convLayer } from '@bandweave/nn';
import { type BlockGuide, down, residual, up } from './blocks.js';
import type { KernelFactors } from './canconv.js';
import type { CanNetConfig } from './config.js';
import { type Clustering, guideOf } from './guide.js';
import type { Partition } from './partition.js';

export interface CanNetInputs {
  /** [b, panBands, h, w], divided by the sensor's largest value */
  readonly pan: Tensor;
  /** [b, msBands, h, w]: MS enlarged to PAN's size, divided by the same */
  readonly lms: Tensor;
}

/** The sharpened image and what was found on the way. */
export interface CanNetTrace {
  /** [b, msBands, h, w], not clamped */
  readonly output: Tensor;
  /** At full, half and quarter size; empty where nothing is clustered. */
  readonly partitions: readonly Partition[];
  /** Cluster of each pixel at the three sizes, int64 [b, h', w']. */
  readonly clusters: readonly Tensor[];
  /** Of each adaptive layer by name, where they were worked out. */
  readonly factors: ReadonlyMap<string, KernelFactors>;
}

/** Traces the network; pixels of each image are clustered for themselves by default. */
export function canNet(
  config: CanNetConfig,
  params: Params,
  { pan, lms, clustering = { kind: 'image' } }: CanNetInputs & { readonly clustering?: Clustering },
): CanNetTrace {
  checkInputs(config, { pan, lms });
  const { channels, msBands } = config;
  const factors = new Map<string, KernelFactors>();
  const partitions: Partition[] = [];
  const clusters: Tensor[] = [];
  const guideAt = (level: number, x: Tensor): BlockGuide => {
    const { guide, partition, index } = guideOf(x, { config, clustering, level });
    if (partition) partitions.push(partition);
    const [b, , h, w] = x.shape;
    if (index) clusters.push(reshape(index, [b, h, w]));
    return guide;
  };
  const block = (layer: string, x: Tensor, guide: BlockGuide) =>
    residual(params.scope(layer), x, {
      guide,
      layer,
      onFactors: (name, found) => factors.set(name, found),
    });
  const conv = (name: string, x: Tensor, out: number) =>
    convLayer(params.scope(name), x, { out, kernel: 3, padding: 1 });

  const head = conv('head_conv', concat([pan, lms], { axis: 1 }), channels);
  const full = guideAt(0, head);
  const x1 = block('rb1', head, full);
  const low = down(params.scope('down1'), x1);
  const half = guideAt(1, low);
  const x2 = block('rb2', low, half);
  const lower = down(params.scope('down2'), x2);
  const x3 = block('rb3', lower, guideAt(2, lower));
  const x4 = block('rb4', up(params.scope('up1'), x3, x2), half);
  const x5 = block('rb5', up(params.scope('up2'), x4, x1), full);
  const output = add(lms, conv('tail_conv', x5, msBands));
  return { output, partitions, clusters, factors };
}

function checkInputs({ panBands, msBands }: CanNetConfig, { pan, lms }: CanNetInputs): void {
  const [b, , h, w] = lms.shape;
  const fits =
    showShape(lms.shape) === showShape([b, msBands, h, w]) &&
    showShape(pan.shape) === showShape([b, panBands, h, w]) &&
    h % 4 === 0 &&
    w % 4 === 0;
  if (fits) return;
  throw new GraphError(
    `canNet: expected lms [b,${msBands},h,w] and pan [b,${panBands},h,w] in multiples of 4, got ${showShape(lms.shape)} and ${showShape(pan.shape)}.`,
  );
}
