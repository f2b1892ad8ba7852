/** Views of a storage brought into row-major order of their own. */

import type { TensorData } from './dtype.js';

/**
 * Elements that a view spans in its storage, from its first to its last; 0 where it is empty,
 * NaN where that leaves the safe integers.
 */
export function spanOf(shape: readonly number[], strides: readonly number[]): number {
  let last = 0;
  for (let i = 0; i < shape.length; i++) {
    if (shape[i] === 0) return 0;
    last += (shape[i]! - 1) * strides[i]!;
  }
  return last < Number.MAX_SAFE_INTEGER ? last + 1 : Number.NaN;
}

/** Whether the elements lie in row-major order without gaps. */
export function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && strides[i] !== expected) return false;
    expected *= shape[i]!;
  }
  return true;
}

/**
 * The elements of a view in row-major order.
 *
 * @param source begins at the view's first element and holds its span
 * @param count  product of the shape
 */
export function gather(
  source: TensorData,
  view: { readonly shape: readonly number[]; readonly strides: readonly number[] },
  count: number,
): TensorData {
  const { shape, strides } = view;
  const out = new (source.constructor as new (n: number) => TensorData)(count);
  if (count === 0) return out;
  const rank = shape.length;
  const inner = rank === 0 ? 1 : shape[rank - 1]!;
  const step = rank === 0 ? 0 : strides[rank - 1]!;
  const index = new Array<number>(Math.max(0, rank - 1)).fill(0);
  let base = 0;
  for (let at = 0; at < count; ) {
    for (let i = 0; i < inner; i++) out[at++] = source[base + i * step]!;
    for (let d = rank - 2; d >= 0; d--) {
      base += strides[d]!;
      if (++index[d]! < shape[d]!) break;
      base -= strides[d]! * shape[d]!;
      index[d] = 0;
    }
  }
  return out;
}
