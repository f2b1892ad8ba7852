/** Copies a box of samples from one arrangement of its dimensions to another. */

import type { Samples } from '@bandweave/image';

export interface Place {
  readonly data: Samples;
  readonly offset: number;
  /** One step a dimension, in samples. */
  readonly strides: readonly number[];
}

/** Every sample of a box of `count` from one place to the other. */
export function gather(count: readonly number[], from: Place, to: Place): void {
  if (count.includes(0)) return;
  if (count.length === 0) {
    to.data[to.offset] = from.data[from.offset];
    return;
  }
  // The longest dimension innermost: the loops around it cost more than a step does.
  const order = count.map((_, d) => d).sort((a, b) => count[a] - count[b]);
  const inner = order[order.length - 1];
  const [fromStep, toStep, length] = [from.strides[inner], to.strides[inner], count[inner]];
  const source = from.data;
  const target = to.data;
  const walk = (level: number, fromAt: number, toAt: number): void => {
    if (level === order.length - 1) {
      if (fromStep === 1 && toStep === 1 && source.constructor === target.constructor) {
        target.set(source.subarray(fromAt, fromAt + length), toAt);
        return;
      }
      for (let i = 0, a = fromAt, b = toAt; i < length; i++, a += fromStep, b += toStep) {
        target[b] = source[a];
      }
      return;
    }
    const d = order[level];
    for (let i = 0; i < count[d]; i++) {
      walk(level + 1, fromAt + i * from.strides[d], toAt + i * to.strides[d]);
    }
  };
  walk(0, from.offset, to.offset);
}
