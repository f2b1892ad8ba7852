/**
 * Similarity relationship partition: which pixels share a kernel. Pixels are clustered by the means
 * of their 3 x 3 neighbourhoods, and clusters of few pixels are joined into one.
 */

import {
  add,
  cast,
  constant,
  conv2d,
  div,
  gather,
  greater,
  less,
  matmul,
  maximum,
  mul,
  reshape,
  scalar,
  slice,
  stack,
  stopGradient,
  sum,
  type Tensor,
  transpose,
  where,
} from '@bandweave/graph';
import { kMeans, nearest } from './kmeans.js';
import { indicators } from './patches.js';

/** No feature comes near it, and its square fits float32. */
const FAR = 1e15;

export interface PartitionOptions {
  readonly clusters: number;
  /** Clusters of at most this share of the pixels are joined. */
  readonly threshold: number;
}

/** Pixels by kernel. Each of `sets` equal parts of all pixels has clusters of its own. */
export interface Partition {
  readonly sets: number;
  /** int64 [sets, pixels]; `clusters` stands for all that were joined */
  readonly index: Tensor;
  /** int64 [sets · pixels], rows of a table [sets · (clusters + 1), ...] */
  readonly rows: Tensor;
  /** [sets, clusters + 1, pixels], 1 where a pixel belongs */
  readonly members: Tensor;
  /** [sets, clusters + 1], numbers of pixels */
  readonly counts: Tensor;
  /** [clusters, c] where all pixels were clustered together: before small ones were joined. */
  readonly centres?: Tensor;
}

/** Means of the 3 x 3 neighbourhoods of x [b, c, h, w], zeros beyond the border: [b, h·w, c]. */
export function neighbourhoodMeans(x: Tensor): Tensor {
  const [b, c, h, w] = x.shape;
  const box = constant(new Float32Array(c * 9).fill(1 / 9), [c, 1, 3, 3]);
  const means = conv2d(stopGradient(x), box, { padding: 1, groups: c });
  return reshape(transpose(means, [0, 2, 3, 1]), [b, h * w, c]);
}

/** Each image of x [b, c, h, w] clustered for itself. */
export function imagePartition(x: Tensor, options: PartitionOptions): Partition {
  const { clusters } = options;
  const found = images(x).map((own) => kMeans(own, { clusters }).index);
  return joinSmall(stack(found), options);
}

/** The same, beginning with the means of clusters found before: int64 [b, pixels]. */
export function againPartition(x: Tensor, before: Tensor, options: PartitionOptions): Partition {
  const { clusters } = options;
  // Of those that were joined, none is a cluster.
  const members = indicators(before, clusters);
  const found = images(x).map((own, i) => {
    const [n] = own.shape;
    const mine = reshape(slice(members, [{ axis: 0, start: i, stop: i + 1 }]), [clusters, n]);
    const counts = sum(mine, { axes: 1, keepDims: true });
    const means = div(matmul(mine, own), maximum(counts, 1));
    // An empty one stays away.
    const start = add(means, mul(cast(less(counts, 0.5), 'float32'), FAR));
    return kMeans(own, { clusters, start }).index;
  });
  return joinSmall(stack(found), options);
}

/** All images clustered as one. */
export function batchPartition(x: Tensor, options: PartitionOptions): Partition {
  const samples = neighbourhoodMeans(x);
  const [b, n, c] = samples.shape;
  const { index, centres } = kMeans(reshape(samples, [b * n, c]), options);
  return { ...joinSmall(reshape(index, [1, b * n]), options), centres };
}

/** One cluster an image, with the mean of all its patches. */
export function wholePartition(x: Tensor): Partition {
  const [b, , h, w] = x.shape;
  const index = constant(new Float32Array(b * h * w), [b, h * w], 'int64');
  return joinSmall(index, { clusters: 0, threshold: 0 });
}

/** The nearest of fixed centres [clusters, c] for each pixel: int64 [b·h·w]. */
export function nearestRows(x: Tensor, centres: Tensor): Tensor {
  const samples = neighbourhoodMeans(x);
  const [b, n, c] = samples.shape;
  return nearest(reshape(samples, [b * n, c]), centres);
}

function images(x: Tensor): Tensor[] {
  const samples = neighbourhoodMeans(x);
  const [b, n, c] = samples.shape;
  return Array.from({ length: b }, (_, i) =>
    reshape(slice(samples, [{ axis: 0, start: i, stop: i + 1 }]), [n, c]),
  );
}

/**
 * Clusters int64 [sets, pixels] of at most floor(threshold · pixels) pixels become one, numbered
 * `clusters`.
 */
export function joinSmall(index: Tensor, { clusters, threshold }: PartitionOptions): Partition {
  const [sets, n] = index.shape;
  // The original multiplies in float32.
  const most = Math.floor(Math.fround(threshold) * n);
  const width = clusters + 1;
  const first = constant(
    Array.from({ length: sets }, (_, s) => s * width),
    [sets, 1],
    'int64',
  );
  const sizes = sum(indicators(index, width), { axes: 2 });
  const kept = reshape(greater(sizes, most), [sets * width]);
  const large = gather(kept, reshape(add(index, first), [sets * n]), { axis: 0 });
  const joined = where(reshape(large, [sets, n]), index, scalar(clusters, 'int64'));
  const members = indicators(joined, width);
  return {
    sets,
    index: joined,
    rows: reshape(add(joined, first), [sets * n]),
    members,
    counts: sum(members, { axes: 2 }),
  };
}
