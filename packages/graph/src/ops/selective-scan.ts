/**
 * The selective scan of state-space networks. Gu & Dao 2023, Mamba.
 *
 *   h_t = exp(Δ_t A) ⊙ h_{t-1} + (Δ_t u_t) B_tᵀ,   y_t = h_t C_t + D u_t,   h_0 = 0
 *
 * Runs over chunks of steps with everything that shares a step side by side. Only the states
 * between chunks are held for the gradient.
 */

import type { ElementType } from '../core/element-type.js';
import { opError, showShape } from '../core/shape.js';
import { scalar, type Tensor } from '../core/tensor.js';
import { silu, softplus } from './activation.js';
import { add, mul } from './arithmetic.js';
import { expand, reshape, sum } from './broadcast.js';
import { exp } from './elementwise.js';
import { slice, transpose } from './layout.js';
import { linearRecurrence } from './linear-recurrence.js';
import { matmul } from './matmul.js';
import { rawScan } from './raw-scan.js';
import { scan } from './scan.js';
import { scanByAttention } from './scan-by-attention.js';
import { fromStateLayout, statesInside, toStateLayout } from './state-layout.js';

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
export function scanRows({ delta, drive, A, B, C }: ScanInputs): { y: Tensor; last: Tensor } {
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
  const size = chunkSize(length, groups * channels * states);
  const rates = toStateLayout(A);
  const { outputs, states: lasts } = scan({
    states: [zeros(rates.shape, A.dtype)],
    sequences: [delta, drive, B, C].map((t) => inChunks(t, size)),
    captures: [rates],
    body: ([h], [d, v, b, c], [a]) => {
      const { y, last } = scanChunk({ delta: d, drive: v, A: a, B: b, C: c }, h);
      return { states: [last], outputs: [y] };
    },
    whole: ([h], chunks, [a]) => {
      const [d, v, b, c] = chunks.map(fromChunks);
      const { y, last } = scanByAttention({ delta: d, drive: v, A: a, B: b, C: c }, h);
      return { states: [last], outputs: [inChunks(y, size)] };
    },
  });
  return { y: fromChunks(outputs[0]), last: fromStateLayout(lasts[0], states) };
}

/** Zeros stored as one number. */
export function zeros(shape: readonly number[], dtype: ElementType = 'float32'): Tensor {
  return expand(scalar(0, dtype), shape);
}

/**
 * `scanChunk` of a chunk so long that what it holds for every state would leave the cache: cut again.
 * Has no gradient; see `inferenceOnly`.
 */
export function scanLongChunk(inputs: ScanInputs, h: Tensor): { y: Tensor; last: Tensor } {
  const { delta, drive, A, B, C } = inputs;
  const [length] = delta.shape;
  const size = chunkSize(
    length,
    A.shape.reduce((a, b) => a * b),
  );
  if (size === length) return scanChunk(inputs, h);
  const { states, outputs } = rawScan({
    states: [h],
    sequences: [delta, drive, B, C].map((t) => inChunks(t, size)),
    captures: [A],
    body: ([before], [d, v, b, c], [a]) => {
      const part = scanChunk({ delta: d, drive: v, A: a, B: b, C: c }, before);
      return { states: [part.last], outputs: [part.y] };
    },
  });
  return { y: fromChunks(outputs[0]), last: states[0] };
}

/**
 * The recurrence over one chunk of steps from the state `h`; A and states in their own layout.
 * All that does not depend on the step before is done for the whole chunk at once.
 */
export function scanChunk(
  { delta, drive, A, B, C }: ScanInputs,
  h: Tensor,
): { y: Tensor; last: Tensor } {
  const [steps, groups, channels] = delta.shape;
  const states = B.shape[2];
  const inside = statesInside(states);
  const perStep = (t: Tensor) =>
    reshape(t, inside ? [steps, groups, 1, channels] : [steps, 1, groups, channels]);
  const perState = (t: Tensor) =>
    inside
      ? reshape(t, [steps, groups, states, 1])
      : reshape(transpose(t, [0, 2, 1]), [steps, states, groups, 1]);
  const decay = exp(mul(perStep(delta), A));
  const added = inside ? matmul(perState(B), perStep(drive)) : mul(perStep(drive), perState(B));
  const all = linearRecurrence(decay, added, h);
  const y = inside
    ? reshape(matmul(reshape(C, [steps, groups, 1, states]), all), delta.shape)
    : sum(mul(all, perState(C)), { axes: 1 });
  return { y, last: reshape(slice(all, [{ axis: 0, start: steps - 1 }]), h.shape) };
}

/** Numbers of a chunk above which memory counts more than the cost of operators. */
const MOST_PER_CHUNK = 2 ** 20;

/**
 * Steps a chunk: enough to make operators large, few enough to stay in the cache. Always divides
 * the length, so that a sequence may be cut from either end.
 */
export function chunkSize(length: number, stateSize: number): number {
  const large = stateSize > MOST_PER_CHUNK / 8;
  const ideal = large
    ? Math.max(1, MOST_PER_CHUNK / stateSize)
    : Math.min(64, Math.max(8, 65536 / stateSize));
  return nearestDivisor(length, ideal);
}

/** The divisor of `length` that is nearest to `ideal`, by their ratio. */
export function nearestDivisor(length: number, ideal: number): number {
  const distance = (size: number) => Math.abs(Math.log(size / ideal));
  let best = length;
  for (let size = 1; size * size <= length; size++) {
    if (length % size !== 0) continue;
    for (const d of [size, length / size]) if (distance(d) < distance(best)) best = d;
  }
  return best;
}

/** [L, ...] as [chunks, size, ...]. */
export function inChunks(t: Tensor, size: number): Tensor {
  return reshape(t, [t.shape[0] / size, size, ...t.shape.slice(1)]);
}

/** The inverse of `inChunks`. */
export function fromChunks(t: Tensor): Tensor {
  const [chunks, size, ...rest] = t.shape;
  return reshape(t, [chunks * size, ...rest]);
}

const column = (t: Tensor) => reshape(t, [...t.shape, 1]);

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
