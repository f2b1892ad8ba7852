/** Moving elements without changing them: transpose, concatenate, slice, split, pad, flip. */

import { normalizeAxis, opError, type Shape, sameShape, showShape } from '../core/shape.js';
import { int64s, onnx, scalar, type Tensor } from '../core/tensor.js';
import { reshape } from './broadcast.js';

/** Axes in another order; reversed by default. */
export function transpose(x: Tensor, order?: readonly number[]): Tensor {
  const rank = x.shape.length;
  const perm = (order ?? x.shape.map((_, i) => rank - 1 - i)).map((a) =>
    normalizeAxis('transpose', a, rank),
  );
  if (perm.length !== rank || new Set(perm).size !== rank) {
    throw opError('transpose', `an order of ${rank} axes`, showShape(perm));
  }
  if (perm.every((a, i) => a === i)) return x;
  const inverse = perm.map((_, i) => perm.indexOf(i));
  return onnx('Transpose', [x], {
    attributes: { perm },
    outputs: [{ shape: perm.map((a) => x.shape[a]), dtype: x.dtype }],
    vjp: ([g]) => [transpose(g, inverse)],
  })[0];
}

/** Tensors one after another along an axis. */
export function concat(parts: readonly Tensor[], { axis }: { readonly axis: number }): Tensor {
  const [first] = parts;
  if (!first) throw opError('concat', 'at least one tensor', 'none');
  if (parts.length === 1) return first;
  const along = normalizeAxis('concat', axis, first.shape.length);
  const others = (shape: Shape) => shape.map((d, i) => (i === along ? 0 : d));
  for (const t of parts) {
    if (t.dtype !== first.dtype || !sameShape(others(t.shape), others(first.shape))) {
      throw opError(
        'concat',
        `tensors alike except on axis ${along}`,
        parts.map((p) => `${p.dtype}${showShape(p.shape)}`).join(' and '),
      );
    }
  }
  const sizes = parts.map((t) => t.shape[along]);
  const shape = first.shape.map((d, i) => (i === along ? sizes.reduce((a, b) => a + b) : d));
  return onnx('Concat', parts, {
    attributes: { axis: along },
    outputs: [{ shape, dtype: first.dtype }],
    vjp: ([g]) => split(g, { axis: along, sizes }),
  })[0];
}

/** Pieces of the given sizes along an axis. */
export function split(
  x: Tensor,
  { axis, sizes }: { readonly axis: number; readonly sizes: readonly number[] },
): readonly Tensor[] {
  const along = normalizeAxis('split', axis, x.shape.length);
  const total = sizes.reduce((a, b) => a + b, 0);
  if (total !== x.shape[along] || sizes.some((d) => d < 1)) {
    throw opError('split', `sizes that add up to ${x.shape[along]}`, showShape(sizes));
  }
  if (sizes.length === 1) return [x];
  return onnx('Split', [x, int64s(sizes)], {
    attributes: { axis: along },
    outputs: sizes.map((d) => ({
      shape: x.shape.map((s, i) => (i === along ? d : s)),
      dtype: x.dtype,
    })),
    vjp: (grads) => [concat(grads, { axis: along }), undefined],
  });
}

/** One new axis; all tensors must have the same shape. */
export function stack(
  parts: readonly Tensor[],
  { axis = 0 }: { readonly axis?: number } = {},
): Tensor {
  const rank = (parts[0]?.shape.length ?? 0) + 1;
  const at = normalizeAxis('stack', axis, rank);
  const unsqueezed = parts.map((t) =>
    reshape(t, [...t.shape.slice(0, at), 1, ...t.shape.slice(at)]),
  );
  return concat(unsqueezed, { axis: at });
}

/** A range of one axis, `stop` not included; negative positions count from the end. */
export interface SliceRange {
  readonly axis: number;
  readonly start?: number;
  readonly stop?: number;
  /** Positive; use `flip` to reverse. */
  readonly step?: number;
}

/** Ranges of some axes. */
export function slice(x: Tensor, ranges: readonly SliceRange[]): Tensor {
  const shape = [...x.shape];
  const starts: number[] = [];
  const stops: number[] = [];
  const axes = ranges.map(({ axis }) => normalizeAxis('slice', axis, x.shape.length));
  const steps = ranges.map(({ step = 1 }) => step);
  ranges.forEach(({ start = 0, stop }, i) => {
    const d = x.shape[axes[i]];
    const from = start < 0 ? start + d : start;
    const to = stop === undefined ? d : stop < 0 ? stop + d : stop;
    if (!(from >= 0 && from < to && to <= d && steps[i] >= 1)) {
      throw opError('slice', `a range within ${d} on axis ${axes[i]}`, `${start} to ${stop}`);
    }
    starts.push(from);
    stops.push(to);
    shape[axes[i]] = Math.ceil((to - from) / steps[i]);
  });
  if (new Set(axes).size !== axes.length) throw opError('slice', 'each axis once', showShape(axes));
  if (sameShape(shape, x.shape)) return x;
  return onnx('Slice', [x, int64s(starts), int64s(stops), int64s(axes), int64s(steps)], {
    outputs: [{ shape, dtype: x.dtype }],
    vjp: ([g], { inputs }) => [unslice(g, inputs[0].shape, { axes, starts, steps })],
  })[0];
}

interface SlicePlan {
  readonly axes: readonly number[];
  readonly starts: readonly number[];
  readonly steps: readonly number[];
}

/** Puts a slice back into zeros of the full shape: the adjoint of `slice`. */
function unslice(g: Tensor, shape: Shape, { axes, starts, steps }: SlicePlan): Tensor {
  let y = g;
  axes.forEach((axis, i) => {
    if (steps[i] > 1) y = dilate(y, axis, steps[i]);
  });
  const begin = shape.map(() => 0);
  axes.forEach((axis, i) => {
    begin[axis] = starts[i];
  });
  const end = shape.map((d, i) => d - begin[i] - y.shape[i]);
  // Dilating leaves zeros after the last element that may reach beyond the end.
  const excess = end.map((e) => Math.max(0, -e));
  const cut = y.shape.flatMap((d, axis) =>
    excess[axis] ? [{ axis, stop: d - excess[axis] }] : [],
  );
  if (cut.length > 0) y = slice(y, cut);
  return padZeros(
    y,
    begin,
    end.map((e) => Math.max(0, e)),
  );
}

/** step - 1 zeros after every element along an axis. */
function dilate(x: Tensor, axis: number, step: number): Tensor {
  const shape = [...x.shape.slice(0, axis + 1), 1, ...x.shape.slice(axis + 1)];
  const zeros = shape.map(() => 0);
  const after = shape.map((_, i) => (i === axis + 1 ? step - 1 : 0));
  const wide = padZeros(reshape(x, shape), zeros, after);
  return reshape(
    wide,
    x.shape.map((d, i) => (i === axis ? d * step : d)),
  );
}

/** Zeros around a tensor; numbers before and after per axis. */
export function padZeros(x: Tensor, before: readonly number[], after: readonly number[]): Tensor {
  return padConstant(x, { before, after, value: 0 });
}

/** A fixed value around a tensor; numbers of elements before and after per axis. */
export function padConstant(
  x: Tensor,
  {
    before,
    after,
    value,
  }: {
    readonly before: readonly number[];
    readonly after: readonly number[];
    readonly value: number;
  },
): Tensor {
  const all = [...before, ...after];
  if (all.length !== 2 * x.shape.length || all.some((p) => p < 0)) {
    throw opError('pad', `${x.shape.length} pads before and after, none negative`, showShape(all));
  }
  if (all.every((p) => p === 0)) return x;
  const shape = x.shape.map((d, i) => d + before[i] + after[i]);
  const ranges = x.shape.map((d, axis) => ({ axis, start: before[axis], stop: before[axis] + d }));
  return onnx('Pad', [x, int64s(all), scalar(value, x.dtype)], {
    outputs: [{ shape, dtype: x.dtype }],
    vjp: ([g]) => [slice(g, ranges), undefined, undefined],
  })[0];
}

/** Elements in reverse order along axes. */
export function flip(x: Tensor, axes: readonly number[]): Tensor {
  const list = axes.map((a) => normalizeAxis('flip', a, x.shape.length));
  const back = list.map(() => -1);
  const far = list.map(() => -(2 ** 31));
  return onnx('Slice', [x, int64s(back), int64s(far), int64s(list), int64s(back)], {
    outputs: [x],
    vjp: ([g]) => [flip(g, list)],
  })[0];
}
