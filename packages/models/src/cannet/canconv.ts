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
  maximum,
  mul,
  type Params,
  relu,
  reshape,
  sigmoid,
  slice,
  sum,
  type Tensor,
  transpose,
  uniformInit,
} from '@bandweave/graph';
import { linearLayer } from '@bandweave/nn';
import type { Partition } from './partition.js';
import { chooseRows, TAPS, tapsOf } from './patches.js';

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
export function canConv(params: Params, x: Tensor, options: CanConvOptions): Tensor {
  const { out } = options;
  const [b, h, w, cin] = x.shape;
  const taps = tapsOf(x);
  const shared = params.get('kernels', [cin, TAPS, out], kernelInit);
  const { scales, gain, bias } = perPixel(params, taps, options);
  // Tap by tap and not as one product of whole patches: they would be nine times the image.
  const mixed = taps
    .map((tap, t) => {
      const own = slice(shared, [{ axis: 1, start: t, stop: t + 1 }]);
      return matmul(mul(tap, scales[t]), reshape(own, [cin, out]));
    })
    .reduce(add);
  return reshape(add(mul(mixed, gain), bias), [b, h, w, out]);
}

/** As a plain convolution's, uniform within 1/sqrt(9 · in). */
const kernelInit: Initializer = (shape, random) =>
  uniformInit(1 / Math.sqrt(TAPS * shape[0]))(shape, random);

/** What a pixel's patch and product are scaled by, a row each pixel. */
interface PixelFactors {
  /** [pixels, in] for each tap */
  readonly scales: readonly Tensor[];
  /** [pixels, out] */
  readonly gain: Tensor;
  /** [pixels, out] */
  readonly bias: Tensor;
}

function perPixel(
  params: Params,
  taps: readonly Tensor[],
  { out, guide, layer, onFactors }: CanConvOptions,
): PixelFactors {
  if (guide.kind === 'pixel') {
    const factors = kernelFactors(params, concat(taps, { axis: 1 }), { out });
    return { scales: scalesOf(factors), gain: factors.outputs, bias: factors.bias };
  }
  const fixed = guide.kind === 'fixed';
  const factors = fixed
    ? guide.factors(layer)
    : kernelFactors(params, centroids(taps, guide.partition), { out });
  if (!fixed) onFactors?.(layer, factors);
  const at = (table: Tensor) =>
    fixed ? gather(table, guide.rows, { axis: 0 }) : chooseRows(table, guide.partition);
  return { scales: scalesOf(factors).map(at), gain: at(factors.outputs), bias: at(factors.bias) };
}

/** s_in · s_area by tap: [rows, in] each. */
function scalesOf({ inputs, area }: KernelFactors): Tensor[] {
  return Array.from({ length: TAPS }, (_, t) =>
    mul(inputs, slice(area, [{ axis: 1, start: t, stop: t + 1 }])),
  );
}

/**
 * Mean patch of each cluster, zeros for an empty one, and of all pixels in the place of the joined
 * ones: [sets · (clusters + 1), 9 · in], taps outside.
 */
export function centroids(taps: readonly Tensor[], { sets, members, counts }: Partition): Tensor {
  const [, width, n] = members.shape;
  const cin = taps[0].shape[1];
  const sums = concat(
    taps.map((tap) => matmul(members, reshape(tap, [sets, n, cin]))),
    { axis: 2 },
  );
  const all = div(sum(sums, { axes: 1, keepDims: true }), n);
  if (width === 1) return reshape(all, [sets, TAPS * cin]);
  const last = { axis: 1, stop: width - 1 };
  const filled = maximum(reshape(slice(counts, [last]), [sets, width - 1, 1]), 1);
  const means = concat([div(slice(sums, [last]), filled), all], { axis: 1 });
  return reshape(means, [sets * width, TAPS * cin]);
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
