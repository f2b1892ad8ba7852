/** Reading an image at given positions. Jaderberg et al. 2015, spatial transformer networks. */

import { opError, showShape, sizeOf } from '../core/shape.js';
import { composite, constant, onnx, type Tensor } from '../core/tensor.js';
import { vjpOf } from '../core/written.js';
import { add, mul, sub } from './arithmetic.js';
import { reshape } from './broadcast.js';
import { cast, clamp, greaterEqual, lessEqual, logicalAnd } from './comparison.js';
import { abs, floor, round } from './elementwise.js';
import { gather } from './gather.js';
import { slice, transpose } from './layout.js';
import type { ResizeAlign } from './resize-weights.js';

export interface GridSampleOptions {
  /** 'bicubic' with the kernel of coefficient -0.75, as PyTorch's. */
  readonly mode?: 'bilinear' | 'bicubic' | 'nearest';
  /**
   * What is read outside: zeros, the nearest pixel of the border, or the image mirrored at its
   * outer edges ('half-pixel') or at the centres of its outer pixels ('corners').
   */
  readonly padding?: 'zeros' | 'border' | 'reflection';
  /** Whether ±1 are the outer edges of the image or the centres of its corner pixels. */
  readonly align?: ResizeAlign;
}

type Plan = Required<GridSampleOptions>;

const ONNX_MODES = { bilinear: 'linear', bicubic: 'cubic', nearest: 'nearest' } as const;

/**
 * Values of x [batch, channels, height, width] at the positions of grid [batch, h, w, 2]:
 * [batch, channels, h, w]. Positions are (x, y) from -1 to 1, as PyTorch's grid_sample. Bilinear
 * and bicubic sampling have gradients for both, nearest for x alone; halves go to even.
 */
export function gridSample(
  x: Tensor,
  grid: Tensor,
  { mode = 'bilinear', padding = 'zeros', align = 'half-pixel' }: GridSampleOptions = {},
): Tensor {
  const [batch, channels] = x.shape;
  const fits = x.shape.length === 4 && grid.shape.length === 4;
  if (!fits || grid.shape[0] !== batch || grid.shape[3] !== 2 || grid.dtype !== x.dtype) {
    throw opError(
      'gridSample',
      'x [batch,channels,height,width] and grid [batch,h,w,2] of one type',
      `${x.dtype}${showShape(x.shape)} and ${grid.dtype}${showShape(grid.shape)}`,
    );
  }
  const shape = [batch, channels, ...grid.shape.slice(1, 3)];
  const plan = { mode, padding, align };
  const attributes = {
    mode: ONNX_MODES[mode],
    padding_mode: padding,
    align_corners: align === 'corners' ? 1 : 0,
  };
  return composite('gridSample', [x, grid], {
    outputs: [{ shape, dtype: x.dtype }],
    lower: ([t, at]) => {
      if (t.dtype !== 'float32') return [written(t, at, plan)];
      return onnx('GridSample', [t, at], { attributes, outputs: [{ shape, dtype: t.dtype }] });
    },
    vjp: vjpOf(([t, at]) => [written(t, at, plan)]),
  })[0];
}

/** Where a coordinate of the grid lies among n pixels. */
function pixelPosition(grid: Tensor, axis: 0 | 1, { n, plan }: { n: number; plan: Plan }): Tensor {
  const g = reshape(slice(grid, [{ axis: 3, start: axis, stop: axis + 1 }]), [-1, 1]);
  const [scale, shift] =
    plan.align === 'corners' ? [(n - 1) / 2, (n - 1) / 2] : [n / 2, (n - 1) / 2];
  const at = add(mul(g, scale), shift);
  // A bicubic kernel is not bent at the border: its pixels are looked up there, one by one.
  return plan.mode === 'bicubic' ? at : within(at, { n, plan });
}

/** Positions led back into the image, unless zeros lie outside. */
function within(at: Tensor, { n, plan }: { n: number; plan: Plan }): Tensor {
  if (plan.padding === 'zeros') return at;
  if (plan.padding === 'border') return clamp(at, 0, n - 1);
  const [low, span] = plan.align === 'corners' ? [0, n - 1] : [-0.5, n];
  if (span === 0) return mul(at, 0);
  const from = sub(at, low);
  const period = sub(from, mul(floor(mul(from, 1 / (2 * span))), 2 * span));
  return clamp(sub(low + span, abs(sub(period, span))), 0, n - 1);
}

/** Rows of channels gathered at the corners around each position, times their weights. */
function written(x: Tensor, grid: Tensor, plan: Plan): Tensor {
  const [batch, channels, height, width] = x.shape;
  const [, h, w] = grid.shape;
  const px = pixelPosition(grid, 0, { n: width, plan });
  const py = pixelPosition(grid, 1, { n: height, plan });
  const rows = reshape(transpose(x, [0, 2, 3, 1]), [batch * height * width, channels]);
  const image = { rows, size: [height, width] as const, each: h * w, plan };
  const sampled =
    plan.mode === 'nearest' ? pixelsAt(image, round(py), round(px)) : weighted(image, { px, py });
  return transpose(reshape(sampled, [batch, h, w, channels]), [0, 3, 1, 2]);
}

interface Rows {
  readonly rows: Tensor;
  readonly size: readonly [number, number];
  /** Positions per image. */
  readonly each: number;
  readonly plan: Plan;
}

/** Pixels around each position times the shares of the kernel. */
function weighted(image: Rows, { px, py }: { px: Tensor; py: Tensor }): Tensor {
  const [left, top] = [floor(px), floor(py)];
  const shares = image.plan.mode === 'bicubic' ? cubicShares : linearShares;
  const columns = shares(sub(px, left));
  const terms = shares(sub(py, top)).flatMap(([dy, down]) =>
    columns.map(([dx, across]) =>
      mul(pixelsAt(image, add(top, dy), add(left, dx)), mul(down, across)),
    ),
  );
  return terms.reduce(add);
}

type Shares = (fraction: Tensor) => readonly (readonly [offset: number, share: Tensor])[];

const linearShares: Shares = (f) => [
  [0, sub(1, f)],
  [1, f],
];

/** Keys 1981, cubic convolution. */
const cubicShares: Shares = (f) => {
  const a = -0.75;
  const near = (t: Tensor) => add(mul(mul(t, t), sub(mul(t, a + 2), a + 3)), 1);
  const far = (t: Tensor) => mul(sub(mul(add(mul(sub(t, 5), t), 8), t), 4), a);
  return [
    [-1, far(add(f, 1))],
    [0, near(f)],
    [1, near(sub(1, f))],
    [2, far(sub(2, f))],
  ];
};

/** Rows at whole positions; zeros outside the image. */
function pixelsAt({ rows, size, each, plan }: Rows, row: Tensor, column: Tensor): Tensor {
  const [height, width] = size;
  const [y, x] = [within(row, { n: height, plan }), within(column, { n: width, plan })];
  const inside = (p: Tensor, n: number) => logicalAnd(greaterEqual(p, 0), lessEqual(p, n - 1));
  const mask = cast(logicalAnd(inside(y, height), inside(x, width)), rows.dtype);
  const whole = (p: Tensor, n: number) => cast(clamp(round(p), 0, n - 1), 'int64');
  const count = sizeOf(y.shape);
  const starts = Array.from({ length: count }, (_, i) => Math.floor(i / each) * height * width);
  const index = add(
    add(mul(whole(y, height), width), whole(x, width)),
    constant(starts, [count, 1], 'int64'),
  );
  return mul(gather(rows, reshape(index, [count]), { axis: 0 }), mask);
}
