/** Padding: zeros, mirrored, repeated and periodic borders, with their adjoints. */

import { normalizeAxis, opError, showShape } from '../core/shape.js';
import { int64s, onnx, type Tensor } from '../core/tensor.js';
import { add } from './arithmetic.js';
import { sum } from './broadcast.js';
import { flip, padConstant, padZeros, slice } from './layout.js';

/**
 * What stands outside: a fixed value; the mirror image without the border itself (3 2 | 1 2 3);
 * the border repeated (1 1 | 1 2 3); the other side (2 3 | 1 2 3).
 */
export type PadMode = 'zeros' | 'reflect' | 'replicate' | 'circular';

/** Elements before and after along one axis. */
export interface PadRange {
  readonly axis: number;
  readonly before?: number;
  readonly after?: number;
}

export interface PadOptions {
  readonly mode?: PadMode;
}

const ONNX_MODE = { reflect: 'reflect', replicate: 'edge', circular: 'wrap' } as const;

/** A border around some axes. As numpy's pad (constant, reflect, edge, wrap). */
export function pad(
  x: Tensor,
  ranges: readonly PadRange[],
  { mode = 'zeros' }: PadOptions = {},
): Tensor {
  const before = x.shape.map(() => 0);
  const after = x.shape.map(() => 0);
  for (const range of ranges) {
    const axis = normalizeAxis('pad', range.axis, x.shape.length);
    before[axis] += range.before ?? 0;
    after[axis] += range.after ?? 0;
  }
  if (mode === 'zeros') return padConstant(x, { before, after, value: 0 });
  const all = [...before, ...after];
  x.shape.forEach((d, i) => {
    const most = mode === 'reflect' ? d - 1 : mode === 'circular' ? d : Number.POSITIVE_INFINITY;
    const bad = [before[i], after[i]].find((p) => !Number.isInteger(p) || p < 0 || p > most);
    if (bad !== undefined) {
      throw opError('pad', `pads from 0 to ${most} on axis ${i} of ${d} by ${mode}`, String(bad));
    }
  });
  if (all.every((p) => p === 0)) return x;
  return onnx('Pad', [x, int64s(all)], {
    attributes: { mode: ONNX_MODE[mode] },
    outputs: [{ shape: x.shape.map((d, i) => d + before[i] + after[i]), dtype: x.dtype }],
    vjp: ([g], { inputs: [t] }) => {
      let back = g;
      t.shape.forEach((d, axis) => {
        if (before[axis] + after[axis] > 0) {
          back = fold(back, { axis, begin: before[axis], length: d, mode });
        }
      });
      return [back, undefined];
    },
  })[0];
}

interface FoldPlan {
  readonly axis: number;
  readonly begin: number;
  readonly length: number;
  readonly mode: Exclude<PadMode, 'zeros'>;
}

/** The adjoint along one axis: what stands outside is added where it was taken from. */
function fold(g: Tensor, { axis, begin, length, mode }: FoldPlan): Tensor {
  const stop = begin + length;
  const end = g.shape[axis] - stop;
  let y = slice(g, [{ axis, start: begin, stop }]);
  const addAt = (strip: Tensor, start: number) => {
    const before = g.shape.map((_, i) => (i === axis ? start : 0));
    const after = before.map((b, i) => (i === axis ? length - b - strip.shape[axis] : 0));
    y = add(y, padZeros(strip, before, after));
  };
  const source = (strip: Tensor) =>
    mode === 'reflect'
      ? flip(strip, [axis])
      : mode === 'replicate'
        ? sum(strip, { axes: axis, keepDims: true })
        : strip;
  if (begin > 0) {
    const start = mode === 'reflect' ? 1 : mode === 'replicate' ? 0 : length - begin;
    addAt(source(slice(g, [{ axis, stop: begin }])), start);
  }
  if (end > 0) {
    const start = mode === 'reflect' ? length - 1 - end : mode === 'replicate' ? length - 1 : 0;
    addAt(source(slice(g, [{ axis, start: stop }])), start);
  }
  return y;
}

/**
 * A border around the last two axes.
 *
 * @param amount all four sides, or [top, bottom, left, right]
 */
export function pad2d(
  x: Tensor,
  amount: number | readonly [number, number, number, number],
  options: PadOptions = {},
): Tensor {
  if (x.shape.length < 2) throw opError('pad2d', '[...,height,width]', showShape(x.shape));
  const [top, bottom, left, right] =
    typeof amount === 'number' ? [amount, amount, amount, amount] : amount;
  const ranges = [
    { axis: -2, before: top, after: bottom },
    { axis: -1, before: left, after: right },
  ];
  return pad(x, ranges, options);
}
