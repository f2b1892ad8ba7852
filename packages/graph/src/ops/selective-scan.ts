/**
 * The selective scan of state-space networks. Gu & Dao 2023, Mamba.
 *
 *   h_t = exp(Δ_t A) ⊙ h_{t-1} + (Δ_t u_t) B_tᵀ,   y_t = h_t C_t + D u_t,   h_0 = 0
 *
 * Runs as ONNX Scan with everything that shares a time step stacked as rows. Its gradient walks
 * backwards over chunks and computes each chunk's states again from the one at its start, so that
 * about 2·sqrt(length) states are held instead of all.
 */

import { opError, showShape } from '../core/shape.js';
import { composite, scalar, type Tensor } from '../core/tensor.js';
import { silu, softplus } from './activation.js';
import { add, mul } from './arithmetic.js';
import { expand, reshape, sum } from './broadcast.js';
import { exp } from './elementwise.js';
import { padZeros, slice, transpose } from './layout.js';
import { matmul } from './matmul.js';
import { scan } from './scan.js';

/** What the recurrence reads. G rows of groups, each D channels with N states sharing B and C. */
export interface ScanInputs {
  /** Time step Δ [L, G, D] */
  readonly delta: Tensor;
  /** Δ·u [L, G, D] */
  readonly drive: Tensor;
  /** [G, D, N], negative */
  readonly A: Tensor;
  /** [L, G, N] */
  readonly B: Tensor;
  /** [L, G, N] */
  readonly C: Tensor;
}

/** y [L, G, D] and the last state [G, D, N]. */
export function scanRows(inputs: ScanInputs): { y: Tensor; last: Tensor } {
  const { delta, drive, A, B, C } = inputs;
  const [length, groups, channels] = delta.shape;
  const states = A.shape[A.shape.length - 1];
  const expected: [Tensor, number[]][] = [
    [drive, [length, groups, channels]],
    [A, [groups, channels, states]],
    [B, [length, groups, states]],
    [C, [length, groups, states]],
  ];
  for (const [t, shape] of expected) {
    if (showShape(t.shape) !== showShape(shape)) {
      throw opError('scanRows', showShape(shape), showShape(t.shape));
    }
  }
  const { chunks, size } = chunksOf(length);
  const padded = (t: Tensor) => {
    const more = chunks * size - length;
    const rest = t.shape.slice(1);
    const none = t.shape.map(() => 0);
    // A step of Δ = 0 leaves the state as it is.
    const full = padZeros(t, none, [more, ...none.slice(1)]);
    return reshape(full, [chunks, size, ...rest]);
  };
  const parts = [padded(delta), padded(drive), A, padded(B), padded(C)];
  const dtype = delta.dtype;
  const [y, last] = composite('selectiveScan', parts, {
    outputs: [
      { shape: parts[0].shape, dtype },
      { shape: A.shape, dtype },
      { shape: [chunks, ...A.shape], dtype },
    ],
    lower: forwardScan,
    vjp: (grads, node) => backwardScan(grads, node.inputs, node.outputs[2]),
  });
  const flat = reshape(y, [chunks * size, groups, channels]);
  return { y: slice(flat, [{ axis: 0, stop: length }]), last };
}

function chunksOf(length: number): { chunks: number; size: number } {
  const chunks = Math.ceil(length / Math.ceil(Math.sqrt(length)));
  return { chunks, size: Math.ceil(length / chunks) };
}

const column = (t: Tensor) => reshape(t, [...t.shape, 1]);
const row = (t: Tensor) => reshape(t, [...t.shape.slice(0, -1), 1, t.shape[t.shape.length - 1]]);

/** y and last state, and the state at the start of every chunk. */
function forwardScan([delta, drive, A, B, C]: readonly Tensor[]): readonly Tensor[] {
  const zero = expand(scalar(0, A.dtype), A.shape);
  const outer = scan({
    states: [zero],
    sequences: [column(delta), column(drive), row(B), column(C)],
    captures: [A],
    body: ([start], elements, captures) => {
      const inner = scan({
        states: [start],
        sequences: elements,
        captures,
        body: ([h], [d, v, b, c], [a]) => {
          const next = add(mul(exp(mul(d, a)), h), matmul(v, b));
          return { states: [next], outputs: [matmul(next, c)] };
        },
      });
      return { states: inner.states, outputs: [inner.outputs[0], start] };
    },
  });
  const [y, starts] = outer.outputs;
  return [reshape(y, delta.shape), outer.states[0], starts];
}

/**
 * Gradients for delta, drive, A, B and C, all chunked. `back` is what the steps after t send to
 * the state h_t.
 */
function backwardScan(
  [gy, glast]: readonly Tensor[],
  [delta, drive, A, B, C]: readonly Tensor[],
  starts: Tensor,
): readonly Tensor[] {
  const zero = expand(scalar(0, A.dtype), A.shape);
  const outer = scan({
    states: [glast, zero],
    sequences: [starts, column(delta), column(drive), row(B), row(C), column(gy)],
    captures: [A],
    direction: 'reverse',
    body: ([back, dA], [start, d, v, b, c, g], captures) => {
      const before = statesBefore(start, [d, v, b], captures);
      return backwardChunk([back, dA], [before, d, v, b, c, g], captures);
    },
  });
  const [dDelta, dDrive, dB, dC] = outer.outputs;
  return [
    reshape(dDelta, delta.shape),
    reshape(dDrive, drive.shape),
    outer.states[1],
    reshape(dB, B.shape),
    reshape(dC, C.shape),
  ];
}

/** The state before every step of a chunk, computed again. */
function statesBefore(
  start: Tensor,
  elements: readonly Tensor[],
  captures: readonly Tensor[],
): Tensor {
  return scan({
    states: [start],
    sequences: elements,
    captures,
    body: ([h], [d, v, b], [a]) => {
      const next = add(mul(exp(mul(d, a)), h), matmul(v, b));
      return { states: [next], outputs: [h] };
    },
  }).outputs[0];
}

function backwardChunk(
  states: readonly Tensor[],
  sequences: readonly Tensor[],
  captures: readonly Tensor[],
) {
  return scan({
    states,
    sequences,
    captures,
    direction: 'reverse',
    body: ([back, dA], [before, d, v, b, c, g], [a]) => {
      const ge = add(back, matmul(g, c)); // gradient of h_t
      const decay = exp(mul(d, a));
      const sent = mul(ge, decay);
      const seen = mul(sent, before);
      const h = add(mul(decay, before), matmul(v, b));
      const dDelta = sum(mul(seen, a), { axes: -1, keepDims: true });
      const dDrive = sum(mul(ge, b), { axes: -1, keepDims: true });
      const dB = matmul(transposeLast(v), ge);
      const dC = matmul(transposeLast(g), h);
      return { states: [sent, add(dA, mul(seen, d))], outputs: [dDelta, dDrive, dB, dC] };
    },
  });
}

/** [G, D, 1] as [G, 1, D]: the same elements in the same order. */
const transposeLast = (t: Tensor) => reshape(t, [t.shape[0], 1, t.shape[1]]);

export interface SelectiveScanOptions {
  /** [channels, states], negative */
  readonly A: Tensor;
  /** [batch, states, length], or [batch, groups, states, length] */
  readonly B: Tensor;
  /** as B */
  readonly C: Tensor;
  /** Skip connection [channels] */
  readonly D?: Tensor | undefined;
  /** Gate [batch, channels, length]: the result is multiplied by SiLU of it. */
  readonly z?: Tensor | undefined;
  /** Added to delta before the softplus [channels] */
  readonly deltaBias?: Tensor | undefined;
  /** Whether delta passes through a softplus first, as it does in Mamba. */
  readonly deltaActivation?: 'softplus' | 'none';
}

/**
 * The scan in PyTorch's layout. Channel c uses B and C of group floor(c / (channels / groups)).
 *
 * @param u     [batch, channels, length]
 * @param delta as u
 * @returns y like u, and the last state [batch, channels, states]
 */
export function selectiveScan(
  u: Tensor,
  delta: Tensor,
  { A, B, C, D, z, deltaBias, deltaActivation = 'softplus' }: SelectiveScanOptions,
): { y: Tensor; last: Tensor } {
  if (u.shape.length !== 3 || A.shape.length !== 2 || A.shape[0] !== u.shape[1]) {
    throw opError(
      'selectiveScan',
      'u [batch,channels,length] and A [channels,states]',
      `${showShape(u.shape)} and ${showShape(A.shape)}`,
    );
  }
  const [batch, channels, length] = u.shape;
  const states = A.shape[1];
  const groups = B.shape.length === 4 ? B.shape[1] : 1;
  if (channels % groups !== 0) {
    throw opError('selectiveScan', `groups that divide ${channels} channels`, String(groups));
  }
  const biased = deltaBias ? add(delta, column(deltaBias)) : delta;
  const step = deltaActivation === 'softplus' ? softplus(biased) : biased;
  const timeFirst = (t: Tensor, width: number) =>
    reshape(transpose(t, [t.shape.length - 1, ...t.shape.map((_, i) => i).slice(0, -1)]), [
      length,
      batch * groups,
      width,
    ]);
  const perGroup = channels / groups;
  const rows = reshape(expand(A, [batch, channels, states]), [batch * groups, perGroup, states]);
  const { y, last } = scanRows({
    delta: timeFirst(step, perGroup),
    drive: timeFirst(mul(step, u), perGroup),
    A: rows,
    B: timeFirst(B, states),
    C: timeFirst(C, states),
  });
  let out = transpose(reshape(y, [length, batch, channels]), [1, 2, 0]);
  if (D) out = add(out, mul(u, column(D)));
  if (z) out = mul(out, silu(z));
  return { y: out, last: reshape(last, [batch, channels, states]) };
}
