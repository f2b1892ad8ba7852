/**
 * Gradient of a convolution for its weights, as one matrix product per tap: what ONNX Runtime does
 * fastest. The products run near the processor's peak, so what counts is how few copies feed them.
 */

import { sizeOf } from '../core/shape.js';
import { int64s, onnx, scalar, type Tensor } from '../core/tensor.js';
import { reshape, sum } from './broadcast.js';
import { padZeros, type SliceRange, slice, stack } from './layout.js';
import { matmul, matrixTranspose } from './matmul.js';

/** A convolution's numbers, one per spatial axis; `ends` may differ from `begins`. */
export interface ConvPlan {
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly begins: readonly number[];
  readonly ends: readonly number[];
  readonly groups: number;
}

interface WeightGradOptions {
  readonly plan: ConvPlan;
  readonly kernel: readonly number[];
}

/** dW[o,i,tap] = Σ over batch and positions of g[o] · x[i] shifted to the tap. */
export function convWeightGrad(x: Tensor, g: Tensor, { plan, kernel }: WeightGradOptions): Tensor {
  const { groups } = plan;
  const pair =
    kernel.length === 2 && plan.stride.every((s) => s === 1)
      ? shiftedPairs(x, g, { plan, kernel })
      : slicedPairs(x, g, { plan, kernel });
  const rows = (t: Tensor) => {
    const [batch, channels, ...positions] = t.shape;
    return reshape(t, [batch, groups, channels / groups, sizeOf(positions)]);
  };
  const taps = tapsOf(kernel).map((tap) => {
    const [left, right] = pair(tap);
    return sum(matmul(rows(left), matrixTranspose(rows(right))), { axes: 0 });
  });
  const joined = taps.length === 1 ? taps[0] : stack(taps, { axis: -1 });
  return reshape(joined, [g.shape[1], x.shape[1] / groups, ...kernel]);
}

type Pairs = (tap: readonly number[]) => readonly [Tensor, Tensor];

/** g as it is, and of x one slice per tap: for every kernel, but with as many copies as taps. */
function slicedPairs(x: Tensor, g: Tensor, { plan }: WeightGradOptions): Pairs {
  const before = [0, 0, ...plan.begins];
  const after = [0, 0, ...plan.ends.map((e) => Math.max(0, e))];
  const padded = padZeros(x, before, after);
  return (tap) => {
    const ranges: SliceRange[] = tap.map((t, i) => {
      const start = t * plan.dilation[i];
      const stop = start + (g.shape[i + 2] - 1) * plan.stride[i] + 1;
      return { axis: i + 2, start, stop, step: plan.stride[i] };
    });
    return [g, slice(padded, ranges)];
  };
}

/**
 * x shifted by rows only and g by columns only, so that 3 x 3 taps need four copies and not ten:
 * x takes the height of g, g the width of x.
 */
function shiftedPairs(x: Tensor, g: Tensor, { plan, kernel }: WeightGradOptions): Pairs {
  const [tall, wide] = [g.shape[2], x.shape[3]];
  const rows = Array.from({ length: kernel[0] }, (_, t) =>
    shifted(x, 2, { by: plan.begins[0] - t * plan.dilation[0], size: tall }),
  );
  const columns = Array.from({ length: kernel[1] }, (_, t) =>
    shifted(g, 3, { by: t * plan.dilation[1] - plan.begins[1], size: wide }),
  );
  return ([row, column]) => [columns[column], rows[row]];
}

/** Moved along an axis and cut or filled with zeros to a size. Negative pads cut. */
function shifted(
  t: Tensor,
  axis: number,
  { by, size }: { readonly by: number; readonly size: number },
): Tensor {
  const end = size - t.shape[axis] - by;
  if (by === 0 && end === 0) return t;
  const pads = [...t.shape, ...t.shape].map(() => 0);
  pads[axis] = by;
  pads[axis + t.shape.length] = end;
  const shape = t.shape.map((d, i) => (i === axis ? size : d));
  return onnx('Pad', [t, int64s(pads), scalar(0, t.dtype)], {
    outputs: [{ shape, dtype: t.dtype }],
    vjp: ([back], { inputs: [from] }) => [
      shifted(back, axis, { by: -by, size: from.shape[axis] }),
      undefined,
      undefined,
    ],
  })[0];
}

/** Every position of a kernel in row-major order. */
function tapsOf(kernel: readonly number[]): number[][] {
  return kernel.reduce<number[][]>(
    (taps, k) => taps.flatMap((tap) => Array.from({ length: k }, (_, i) => [...tap, i])),
    [[]],
  );
}
