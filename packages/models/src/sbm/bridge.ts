/**
 * Schrödinger bridges between a sharp image (time 0, the target) and the enlarged MS (the source),
 * known in closed form: dX = g(t) dW, pinned at both ends. Liu et al. 2023, I2SB; used for
 * pansharpening by SBM (Cao, Deng, Vivone et al.), whose own schedules are not public.
 */

import { GraphError } from '@bandweave/graph';

/** A bridge by the variance that its noise has gathered. */
export interface Bridge {
  /** ∫ g² from the target to a time. */
  fromTarget(time: number): number;
  /** ∫ g² from a time to the source. */
  toSource(time: number): number;
  /** The times of the two ends. */
  readonly ends: { readonly target: number; readonly source: number };
}

/** A Brownian bridge over times 0 to 1: g is `sigma` throughout; 0 leaves straight lines. */
export function constantBridge({ sigma }: { readonly sigma: number }): Bridge {
  if (!(sigma > 0)) throw new GraphError(`bridge: expected a sigma above 0, got ${sigma}.`);
  return {
    fromTarget: (time) => sigma ** 2 * time,
    toSource: (time) => sigma ** 2 * (1 - time),
    ends: { target: 0, source: 1 },
  };
}

/**
 * I2SB's symmetric schedule over steps 0 to steps - 1: square roots of the variances rise linearly
 * to sqrt(betaMax / steps) over as many steps, of which the first half is kept and mirrored. Its
 * first step holds the variance 1e-4 already, so a sampler that ends there keeps a little noise.
 */
export function symmetricBridge({
  steps = 1000,
  betaMax = 0.3,
}: {
  readonly steps?: number;
  readonly betaMax?: number;
} = {}): Bridge {
  if (!Number.isInteger(steps) || steps < 2 || steps % 2 !== 0) {
    throw new GraphError(`bridge: expected an even number of steps, got ${steps}.`);
  }
  const [first, last] = [Math.sqrt(1e-4), Math.sqrt(betaMax / steps)];
  const variance = (i: number) => {
    const k = Math.min(i, steps - 1 - i);
    return (first + ((last - first) * k) / (steps - 1)) ** 2;
  };
  const gathered = new Float64Array(steps);
  for (let i = 0; i < steps; i++) gathered[i] = variance(i) + (i > 0 ? gathered[i - 1] : 0);
  const at = (time: number) => {
    if (Number.isInteger(time) && time >= 0 && time < steps) return gathered[time];
    throw new GraphError(`bridge: expected a step from 0 to ${steps - 1}, got ${time}.`);
  };
  return {
    fromTarget: at,
    toSource: (time) => at(steps - 1 - time),
    ends: { target: 0, source: steps - 1 },
  };
}

/** x_t = target · x0 + source · x1 + deviation · noise. */
export interface Marginal {
  readonly target: number;
  readonly source: number;
  readonly deviation: number;
}

/** Where the bridge is at a time, both ends known. */
export function marginal(bridge: Bridge, time: number): Marginal {
  const [s, b] = [bridge.fromTarget(time), bridge.toSource(time)];
  return { target: b / (s + b), source: s / (s + b), deviation: Math.sqrt((s * b) / (s + b)) };
}

/** x at the earlier time = prediction · x0_hat + state · x_t + deviation · noise. */
export interface Transition {
  readonly prediction: number;
  readonly state: number;
  readonly deviation: number;
}

/** A step towards the target, from one time to an earlier one, with x0 predicted. */
export function transition(
  bridge: Bridge,
  { from, to }: { readonly from: number; readonly to: number },
): Transition {
  const [s, t] = [bridge.fromTarget(from), bridge.fromTarget(to)];
  const d = s - t;
  if (!(d > 0))
    throw new GraphError(`bridge: expected a step to an earlier time, got ${from} to ${to}.`);
  return { prediction: d / s, state: t / s, deviation: Math.sqrt((t * d) / s) };
}

/** The label that I2SB trains on: (x_t - x0) / sqrt(fromTarget). */
export function labelOf(bridge: Bridge, time: number, pair: { x: number; target: number }): number {
  return (pair.x - pair.target) / Math.sqrt(bridge.fromTarget(time));
}

/** x0 of a label. */
export function targetOf(bridge: Bridge, time: number, pair: { x: number; label: number }): number {
  return pair.x - Math.sqrt(bridge.fromTarget(time)) * pair.label;
}

/**
 * Velocity of the probability flow of a Brownian bridge at a time within (0, 1), for flow matching
 * from `begin` at time 0 to `end` at time 1:
 * (1 - 2t) / (2t (1 - t)) · (x - mean) + end - begin.
 */
export function velocity(
  time: number,
  { x, begin, end }: { readonly x: number; readonly begin: number; readonly end: number },
): number {
  const mean = (1 - time) * begin + time * end;
  return ((1 - 2 * time) / (2 * time * (1 - time))) * (x - mean) + end - begin;
}
