/**
 * Content-adaptive convolution: a 3 x 3 convolution whose kernel and bias are made from the mean
 * patch of a pixel's cluster (pixel-wise adaptive convolution, PWAC).
 *
 * The kernel of a cluster is W scaled along each of its axes: W · (s_in ⊗ s_area ⊗ s_out). So
 * instead of one product a cluster, patches are scaled by their cluster's s_in ⊗ s_area, multiplied
 * by W all at once, and scaled by s_out: no sorting, and no kernel of a cluster is ever stored.
 */

import {
  add,
  concat,
  div,
  gather,
  type Initializer,
  matmul,
  matrixTranspose,
  maximum,
  mul,
  type Params,
  relu,
  reshape,
  sigmoid,
  slice,
  split,
  sum,
  type Tensor,
  transpose,
  uniformInit,
} from '@bandweave/graph';
import { linearLayer } from '@bandweave/nn';
import type { Partition } from './partition.js';
import { type Choice, chooseRows, patchesOf, TAPS } from './patches.js';

/** Width of the kernel generator's hidden layers. */
const HIDDEN = 16;

/** What makes the kernels of some clusters from the shared one, a row each. */
export interface KernelFactors {
  /** [rows, in], s_in */
  readonly inputs: Tensor;
  /** [rows, 9], s_area */
  readonly area: Tensor;
  /** [rows, out], s_out */
  readonly outputs: Tensor;
  /** [rows, out], added */
  readonly bias: Tensor;
}

/** Where a layer's kernels come from. */
export type Guide =
  /** The mean patch of each cluster. */
  | { readonly kind: 'clusters'; readonly partition: Partition }
  /** Each pixel's own patch. */
  | { readonly kind: 'pixel' }
  /** Factors that were worked out before, by layer, and the row of each pixel. */
  | {
      readonly kind: 'fixed';
      readonly rows: Tensor;
      readonly factors: (layer: string) => KernelFactors;
    };

export interface CanConvOptions {
  readonly out: number;
  readonly guide: Guide;
  /** Name for `guide` and `onFactors`. */
  readonly layer: string;
  /** Is told the factors that the layer works out. */
  readonly onFactors?: ((layer: string, factors: KernelFactors) => void) | undefined;
}

/** Adaptive convolution of x [b, h, w, in] to [b, h, w, out]. */
export function canConv(
  params: Params,
  x: Tensor,
  { out, guide, layer, onFactors }: CanConvOptions,
): Tensor {
  const [b, h, w, cin] = x.shape;
  const patches = patchesOf(x);
  // Stored as [in, area, out]; patches have the taps outside.
  const stored = params.get('kernels', [cin, TAPS, out], kernelInit);
  const shared = reshape(transpose(stored, [1, 0, 2]), [TAPS * cin, out]);
  const { scale, gain, bias } = perPixel(params, patches, { out, guide, layer, onFactors });
  const mixed = matmul(mul(patches, scale), shared);
  return reshape(add(mul(mixed, gain), bias), [b, h, w, out]);
}

/** As a plain convolution's, uniform within 1/sqrt(9 · in). */
const kernelInit: Initializer = (shape, random) =>
  uniformInit(1 / Math.sqrt(TAPS * shape[0]))(shape, random);

interface PixelFactors {
  /** [pixels, 9·in] */
  readonly scale: Tensor;
  /** [pixels, out] */
  readonly gain: Tensor;
  /** [pixels, out] */
  readonly bias: Tensor;
}

function perPixel(
  params: Params,
  patches: Tensor,
  { out, guide, layer, onFactors }: CanConvOptions,
): PixelFactors {
  if (guide.kind === 'pixel') return combined(kernelFactors(params, patches, { out }));
  if (guide.kind === 'fixed') {
    const { scale, gain, bias } = combined(guide.factors(layer));
    const at = (table: Tensor) => gather(table, guide.rows, { axis: 0 });
    return { scale: at(scale), gain: at(gain), bias: at(bias) };
  }
  const { partition } = guide;
  const factors = kernelFactors(params, centroids(patches, partition), { out });
  onFactors?.(layer, factors);
  const { scale, gain, bias } = combined(factors);
  const choice: Choice = partition;
  const both = chooseRows(concat([gain, bias], { axis: 1 }), choice);
  const [ownGain, ownBias] = split(both, { axis: 1, sizes: [out, out] });
  return { scale: chooseRows(scale, choice), gain: ownGain, bias: ownBias };
}

function combined({ inputs, area, outputs, bias }: KernelFactors): PixelFactors {
  const [rows, cin] = inputs.shape;
  const product = mul(reshape(area, [rows, TAPS, 1]), reshape(inputs, [rows, 1, cin]));
  return { scale: reshape(product, [rows, TAPS * cin]), gain: outputs, bias };
}

/**
 * Mean patch of each cluster, zeros for an empty one, and of all pixels in the place of the joined
 * ones: [sets · (clusters + 1), 9·in].
 */
export function centroids(patches: Tensor, { sets, members, counts }: Partition): Tensor {
  const [, n, width] = members.shape;
  const features = patches.shape[1];
  const own = reshape(patches, [sets, n, features]);
  const sums = matmul(matrixTranspose(members), own);
  const all = div(sum(sums, { axes: 1, keepDims: true }), n);
  if (width === 1) return reshape(all, [sets, features]);
  const last = { axis: 1, stop: width - 1 };
  const filled = maximum(reshape(slice(counts, [last]), [sets, width - 1, 1]), 1);
  const means = concat([div(slice(sums, [last]), filled), all], { axis: 1 });
  return reshape(means, [sets * width, features]);
}

/** The kernel generator: factors from mean patches [rows, 9·in], taps outside. */
export function kernelFactors(
  params: Params,
  patches: Tensor,
  { out }: { readonly out: number },
): KernelFactors {
  const cin = patches.shape[1] / TAPS;
  // The published weights expect the channel outside and the tap inside.
  const stored = reshape(transpose(reshape(patches, [-1, TAPS, cin]), [0, 2, 1]), patches.shape);
  const layer = (name: string, x: Tensor, width: number) =>
    linearLayer(params.scope(name), x, { out: width });
  const hidden = relu(layer('kernel_head.0', stored, HIDDEN));
  const features = relu(layer('kernel_head.2', hidden, HIDDEN));
  const head = (name: string, width: number) => sigmoid(layer(name, features, width));
  const forBias = relu(layer('centroid_to_bias.0', stored, HIDDEN));
  const deeper = relu(layer('centroid_to_bias.2', forBias, HIDDEN));
  return {
    inputs: head('to_cin', cin),
    area: head('to_area', TAPS),
    outputs: head('to_cout', out),
    bias: layer('centroid_to_bias.4', deeper, out),
  };
}
