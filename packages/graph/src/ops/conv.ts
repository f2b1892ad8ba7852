/**
 * Convolutions in one, two and three dimensions, and transposed ones, as PyTorch defines them
 * (correlation, zero padding). Gradients: of the input as a convolution with turned weights, of
 * the weights as one matrix product per tap, which is what ONNX Runtime does fastest.
 */

import { opError, showShape } from '../core/shape.js';
import { composite, onnx, type Tensor } from '../core/tensor.js';
import { reshape, sum } from './broadcast.js';
import { blockedConv } from './conv-blocked.js';
import { doubleConv } from './conv-double.js';
import { type ConvPlan, convWeightGrad } from './conv-weight-grad.js';
import { flip, slice, transpose } from './layout.js';

/** One number for every spatial axis, or one each. */
type PerAxis = number | readonly number[];

export interface ConvOptions {
  /** [out] */
  readonly bias?: Tensor | undefined;
  readonly stride?: PerAxis;
  /** Zeros on both sides. */
  readonly padding?: PerAxis;
  readonly dilation?: PerAxis;
  readonly groups?: number;
}

export interface ConvTransposeOptions extends ConvOptions {
  /** Rows added at the end, to choose among the sizes that the stride leaves open. */
  readonly outputPadding?: PerAxis;
}

function perAxis(
  op: string,
  name: string,
  [value, rank, least]: [PerAxis, number, number],
): number[] {
  const list = typeof value === 'number' ? new Array<number>(rank).fill(value) : [...value];
  if (list.length !== rank || list.some((v) => !Number.isInteger(v) || v < least)) {
    throw opError(op, `${name} of ${rank} whole numbers from ${least}`, showShape(list));
  }
  return list;
}

function planOf(op: string, rank: number, options: ConvOptions): ConvPlan {
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  const begins = perAxis(op, 'padding', [padding, rank, 0]);
  return {
    stride: perAxis(op, 'stride', [stride, rank, 1]),
    dilation: perAxis(op, 'dilation', [dilation, rank, 1]),
    begins,
    ends: begins,
    groups,
  };
}

function checkConv(
  op: string,
  rank: number,
  { x, weight, bias, groups, transposed }: Operands,
): void {
  const shapes = `x ${showShape(x.shape)}, weight ${showShape(weight.shape)}, groups ${groups}`;
  const expected = transposed
    ? `x [batch,in,${rank} axes] and weight [in,out/groups,${rank} axes]`
    : `x [batch,in,${rank} axes] and weight [out,in/groups,${rank} axes]`;
  const ranks = x.shape.length === rank + 2 && weight.shape.length === rank + 2;
  const split = weight.shape[0] % groups === 0 && x.shape[1] % groups === 0;
  const joined = weight.shape[transposed ? 0 : 1] * (transposed ? 1 : groups) === x.shape[1];
  if (!ranks || !split || !joined) throw opError(op, expected, shapes);
  const out = transposed ? weight.shape[1] * groups : weight.shape[0];
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== out)) {
    throw opError(op, `bias [${out}]`, showShape(bias.shape));
  }
}

interface Operands {
  readonly x: Tensor;
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
  readonly groups: number;
  readonly transposed: boolean;
}

function attributesOf(plan: ConvPlan, kernel: readonly number[]) {
  return {
    kernel_shape: kernel,
    strides: plan.stride,
    pads: [...plan.begins, ...plan.ends],
    dilations: plan.dilation,
    group: plan.groups,
  };
}

function convPlanned(
  x: Tensor,
  weight: Tensor,
  { bias, plan }: { bias?: Tensor | undefined; plan: ConvPlan },
): Tensor {
  const kernel = weight.shape.slice(2);
  const spatial = kernel.map((k, i) => {
    const wide = x.shape[i + 2] + plan.begins[i] + plan.ends[i] - plan.dilation[i] * (k - 1) - 1;
    return Math.floor(wide / plan.stride[i]) + 1;
  });
  if (spatial.some((d) => d < 1)) {
    throw opError(
      'conv',
      `an image at least as large as the kernel ${showShape(kernel)}`,
      showShape(x.shape),
    );
  }
  const shape = [x.shape[0], weight.shape[0], ...spatial];
  const attributes = attributesOf(plan, kernel);
  const spec = { shape, dtype: x.dtype };
  return composite('conv', bias ? [x, weight, bias] : [x, weight], {
    outputs: [spec],
    lower: ([t, w, b], { convBlock: block }) => {
      const double = doubleConv(t, w, { bias: b, plan, shape });
      if (double) return [double];
      const options = { bias: b, attributes, groups: plan.groups, shape };
      const blocked = block === undefined ? undefined : blockedConv(t, w, { ...options, block });
      return [blocked ?? onnx('Conv', b ? [t, w, b] : [t, w], { attributes, outputs: [spec] })[0]];
    },
    vjp: ([g], { inputs: [t, w, b] }) => {
      const back = [
        convInputGrad(g, w, { plan, size: t.shape.slice(2) }),
        convWeightGrad(t, g, { plan, kernel }),
      ];
      return b ? [...back, biasGrad(g)] : back;
    },
  })[0];
}

function convTransposePlanned(
  x: Tensor,
  weight: Tensor,
  { bias, plan, size }: { bias?: Tensor | undefined; plan: ConvPlan; size: readonly number[] },
): Tensor {
  const kernel = weight.shape.slice(2);
  const reach = (i: number) =>
    (x.shape[i + 2] - 1) * plan.stride[i] + plan.dilation[i] * (kernel[i] - 1) + 1;
  // Rows that a forward convolution with stride never read count as padding missing at the end.
  const ends = kernel.map((_, i) => reach(i) - plan.begins[i] - size[i]);
  const outputPadding = ends.map((e) => Math.max(0, -e));
  const pads = { ...plan, ends: ends.map((e) => Math.max(0, e)) };
  const shape = [x.shape[0], weight.shape[1] * plan.groups, ...size];
  return onnx('ConvTranspose', bias ? [x, weight, bias] : [x, weight], {
    attributes: { ...attributesOf(pads, kernel), output_padding: outputPadding },
    outputs: [{ shape, dtype: x.dtype }],
    vjp: ([g], { inputs: [t, w, b] }) => {
      const forward = { ...plan, ends };
      const back = [forwardConv(g, w, forward), convWeightGrad(g, t, { plan: forward, kernel })];
      return b ? [...back, biasGrad(g)] : back;
    },
  })[0];
}

/** The forward convolution whose adjoint a transposed one is; negative pads cut. */
function forwardConv(x: Tensor, weight: Tensor, plan: ConvPlan): Tensor {
  const cut = plan.ends.flatMap((e, i) =>
    e < 0 ? [{ axis: i + 2, stop: x.shape[i + 2] + e }] : [],
  );
  const kept = cut.length > 0 ? slice(x, cut) : x;
  return convPlanned(kept, weight, {
    plan: { ...plan, ends: plan.ends.map((e) => Math.max(0, e)) },
  });
}

const biasGrad = (g: Tensor) => sum(g, { axes: g.shape.map((_, i) => i).filter((i) => i !== 1) });

/** [out, in/groups, ...] with in and out exchanged within each group and every axis turned. */
function turned(weight: Tensor, groups: number): Tensor {
  const [out, perGroup, ...kernel] = weight.shape;
  const axes = kernel.map((_, i) => i + 2);
  const split = reshape(weight, [groups, out / groups, perGroup, ...kernel]);
  const swapped = transpose(split, [0, 2, 1, ...axes.map((a) => a + 1)]);
  const joined = reshape(swapped, [groups * perGroup, out / groups, ...kernel]);
  const wide = axes.filter((_, i) => kernel[i] > 1);
  return wide.length > 0 ? flip(joined, wide) : joined;
}

function convInputGrad(
  g: Tensor,
  weight: Tensor,
  { plan, size }: { plan: ConvPlan; size: readonly number[] },
): Tensor {
  const kernel = weight.shape.slice(2);
  const begins = kernel.map((k, i) => plan.dilation[i] * (k - 1) - plan.begins[i]);
  const ends = kernel.map((_, i) => size[i] + plan.begins[i] - g.shape[i + 2]);
  const plain = plan.stride.every((s) => s === 1) && [...begins, ...ends].every((p) => p >= 0);
  if (!plain) return convTransposePlanned(g, weight, { plan, size });
  const back = { ...plan, begins, ends };
  return convPlanned(g, turned(weight, plan.groups), { plan: back });
}

function convOfRank(rank: number) {
  const op = `conv${rank}d`;
  return (x: Tensor, weight: Tensor, options: ConvOptions = {}): Tensor => {
    const plan = planOf(op, rank, options);
    const { bias } = options;
    checkConv(op, rank, { x, weight, bias, groups: plan.groups, transposed: false });
    return convPlanned(x, weight, { bias, plan });
  };
}

function convTransposeOfRank(rank: number) {
  const op = `convTranspose${rank}d`;
  return (x: Tensor, weight: Tensor, options: ConvTransposeOptions = {}): Tensor => {
    const plan = planOf(op, rank, options);
    const { bias, outputPadding = 0 } = options;
    const extra = perAxis(op, 'outputPadding', [outputPadding, rank, 0]);
    checkConv(op, rank, { x, weight, bias, groups: plan.groups, transposed: true });
    const size = extra.map((e, i) => {
      const reach = plan.dilation[i] * (weight.shape[i + 2] - 1) + 1;
      return (x.shape[i + 2] - 1) * plan.stride[i] + reach - 2 * plan.begins[i] + e;
    });
    return convTransposePlanned(x, weight, { bias, plan, size });
  };
}

/** x [batch, in, length], weight [out, in/groups, k] */
export const conv1d = convOfRank(1);
/** x [batch, in, height, width], weight [out, in/groups, kh, kw] */
export const conv2d = convOfRank(2);
/** x [batch, in, depth, height, width], weight [out, in/groups, kd, kh, kw] */
export const conv3d = convOfRank(3);
/** x [batch, in, length], weight [in, out/groups, k] */
export const convTranspose1d = convTransposeOfRank(1);
/** x [batch, in, height, width], weight [in, out/groups, kh, kw] */
export const convTranspose2d = convTransposeOfRank(2);
