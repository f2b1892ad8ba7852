/** Images in another size. */

import { opError, showShape } from '../core/shape.js';
import { composite, constant, int64s, NOTHING, onnx, type Tensor } from '../core/tensor.js';
import { reshape, sum } from './broadcast.js';
import { take } from './gather.js';
import { slice } from './layout.js';
import { matmul, matrixTranspose } from './matmul.js';
import {
  type AxisResize,
  nearestSources,
  type ResizeAlign,
  type ResizeMode,
  resizeMatrix,
} from './resize-weights.js';

export interface ResizeOptions {
  /** Height and width of the result. */
  readonly size: readonly [number, number];
  readonly mode?: ResizeMode;
  readonly align?: ResizeAlign;
  /** Widen the kernel where the image shrinks; changes bicubic borders and kernel, as PyTorch's. */
  readonly antialias?: boolean;
  /** Of the cubic kernel; -0.75 by default, -0.5 with antialias: PyTorch's numbers. */
  readonly coefficient?: number;
}

/**
 * [..., height, width] -> [..., size]. As PyTorch's interpolate: nearest takes floor(i · in/out),
 * bilinear and bicubic repeat the border, antialias leaves out what lies outside.
 */
export function resize(x: Tensor, options: ResizeOptions): Tensor {
  const { size, mode = 'bilinear', align = 'half-pixel', antialias = false } = options;
  const { coefficient = antialias ? -0.5 : -0.75 } = options;
  if (x.shape.length < 2) throw opError('resize', '[...,height,width]', showShape(x.shape));
  if (size.length !== 2 || size.some((d) => !Number.isInteger(d) || d < 1)) {
    throw opError('resize', 'a size of two whole numbers from 1', showShape(size));
  }
  if (mode === 'nearest' && (align === 'corners' || antialias)) {
    throw opError('resize', 'nearest without align or antialias', antialias ? 'antialias' : align);
  }
  if (align === 'corners' && antialias) {
    throw opError('resize', 'antialias with align half-pixel', align);
  }
  const [height, width] = x.shape.slice(-2);
  if (size[0] === height && size[1] === width) return x;
  const [rows, columns] = [height, width].map((from, i) => ({
    from,
    to: size[i],
    mode,
    align,
    antialias,
    coefficient,
  }));
  const plan = { rows, columns };
  return composite('resize', [x], {
    outputs: [{ shape: [...x.shape.slice(0, -2), ...size], dtype: x.dtype }],
    lower: ([t]) => [lowered(t, plan)],
    vjp: ([g]) => [adjoint(g, plan)],
  })[0];
}

interface Plan {
  readonly rows: AxisResize;
  readonly columns: AxisResize;
}

/** The matrix of one axis; none where the axis keeps its length. */
function matrixOf(axis: AxisResize, dtype: Tensor['dtype']): Tensor | undefined {
  if (axis.from === axis.to) return undefined;
  const data = resizeMatrix(axis);
  const shape = [axis.to, axis.from];
  return constant(dtype === 'float64' ? data : Float32Array.from(data), shape, dtype);
}

/** rows · x · columnsᵀ */
function products(x: Tensor, { rows, columns }: Plan): Tensor {
  const [left, right] = [matrixOf(rows, x.dtype), matrixOf(columns, x.dtype)];
  const wide = right ? matmul(x, matrixTranspose(right)) : x;
  return left ? matmul(left, wide) : wide;
}

/** The adjoint of any resize: the transposed matrices; sums of blocks where pixels were copied. */
function adjoint(g: Tensor, { rows, columns }: Plan): Tensor {
  const lead = g.shape.slice(0, -2);
  const [fy, fx] = [rows, columns].map(({ from, to }) => to / from);
  if (rows.mode === 'nearest' && Number.isInteger(fy) && Number.isInteger(fx)) {
    const blocks = reshape(g, [...lead, rows.from, fy, columns.from, fx]);
    return sum(blocks, { axes: [lead.length + 1, lead.length + 3] });
  }
  const [left, right] = [matrixOf(rows, g.dtype), matrixOf(columns, g.dtype)];
  const narrow = left ? matmul(matrixTranspose(left), g) : g;
  return right ? matmul(narrow, right) : narrow;
}

/**
 * ONNX Runtime's cubic kernel is ten times faster through its antialiasing code, which gives the
 * same where the image grows; where it shrinks without antialias, matrix products are faster.
 */
function lowered(x: Tensor, plan: Plan): Tensor {
  const { rows, columns } = plan;
  const axes = [rows, columns];
  if (rows.mode === 'nearest') {
    const whole = axes.every(({ from, to }) => to % from === 0);
    if (whole && x.dtype === 'float32') {
      return fused(x, plan, {
        mode: 'nearest',
        coordinate_transformation_mode: 'asymmetric',
        nearest_mode: 'floor',
      });
    }
    return copied(copied(x, rows, -2), columns, -1);
  }
  const grows = axes.every(({ from, to }) => to >= from);
  const cubicShrink = rows.mode === 'bicubic' && !rows.antialias && !grows;
  if (x.dtype !== 'float32' || cubicShrink) return products(x, plan);
  const cubic = rows.mode === 'bicubic';
  return fused(x, plan, {
    mode: cubic ? 'cubic' : 'linear',
    coordinate_transformation_mode: rows.align === 'corners' ? 'align_corners' : 'half_pixel',
    ...(cubic ? { cubic_coeff_a: { float: rows.coefficient } } : {}),
    antialias: rows.antialias || cubic ? 1 : 0,
    exclude_outside: rows.antialias ? 1 : 0,
  });
}

/** Nearest pixels of one axis; a stepped slice where whole steps are skipped. */
function copied(x: Tensor, plan: AxisResize, axis: number): Tensor {
  const step = plan.from / plan.to;
  if (Number.isInteger(step)) return slice(x, [{ axis, step }]);
  return take(x, nearestSources(plan), { axis });
}

function fused(
  x: Tensor,
  { rows, columns }: Plan,
  attributes: Readonly<Record<string, number | string | { readonly float: number }>>,
): Tensor {
  // Resize reads four axes fastest.
  const flat = reshape(x, [1, -1, rows.from, columns.from]);
  const shape = [1, flat.shape[1], rows.to, columns.to];
  const [y] = onnx('Resize', [flat, NOTHING, NOTHING, int64s(shape)], {
    attributes,
    outputs: [{ shape, dtype: x.dtype }],
  });
  return reshape(y, [...x.shape.slice(0, -2), rows.to, columns.to]);
}
