/** A selective scan over a few values: made alike by the page and by the test that compares them. */
import { compile, exp, input, neg, random, selectiveScan, type Target } from '@bandweave/graph';

const [batch, channels, states, length] = [2, 6, 4, 40];

/** y and the last state from `u`, `delta`, `A`, `B` and `C`. */
export function scanModel(target: Target) {
  const u = input('u', [batch, channels, length]);
  const delta = input('delta', u.shape);
  const A = neg(exp(input('A', [channels, states])));
  const B = input('B', [batch, states, length]);
  const C = input('C', B.shape);
  const { y, last } = selectiveScan(u, delta, { A, B, C });
  return compile({ y, last }, { weights: 'inputs', target });
}

/** Standard normal values. */
export function scanFeeds(): Record<string, Float32Array> {
  const source = random(11);
  const sizes = {
    u: batch * channels,
    delta: batch * channels,
    B: batch * states,
    C: batch * states,
  };
  const feeds: Record<string, Float32Array> = {
    A: Float32Array.from({ length: channels * states }, () => source.normal()),
  };
  for (const [name, rows] of Object.entries(sizes)) {
    feeds[name] = Float32Array.from({ length: rows * length }, () => source.normal());
  }
  return feeds;
}
