/**
 * K-means inside the graph: seeded as k-means++ with the glibc's random numbers, then Lloyd's rounds
 * until at most one sample in a hundred changes its cluster. It follows the kmcuda library that the
 * published networks were trained with; on one machine it always gives the same clusters.
 * No gradient: assignments are constants to the network.
 */

import {
  add,
  argMin,
  cast,
  concat,
  constant,
  cumsum,
  div,
  equal,
  gather,
  greater,
  greaterEqual,
  less,
  logicalAnd,
  matmul,
  matrixTranspose,
  maximum,
  mean,
  minimum,
  mul,
  rawLoop,
  rawScan,
  relu,
  reshape,
  scalar,
  sqrt,
  square,
  stopGradient,
  sub,
  sum,
  type Tensor,
  take,
  where,
} from '@bandweave/graph';
import { glibcRand } from './glibc-rand.js';
import { indicators } from './patches.js';

export interface KMeansOptions {
  /** Fewer where there are fewer samples. */
  readonly clusters: number;
  /** Of the glibc's random numbers. */
  readonly seed?: number;
  /** Share of the samples that may change their cluster in the last round. */
  readonly tolerance?: number;
  /** Centres to begin with [clusters, dims] instead of seeded ones. */
  readonly start?: Tensor;
}

export interface KMeans {
  /** int64 [samples], the nearest centre; the first of equally near ones */
  readonly index: Tensor;
  /** [clusters, dims], the means of the clusters; 0 where one is empty */
  readonly centres: Tensor;
}

/** The library's defaults. */
const SEED = 42;
const TOLERANCE = 0.01;
const MOST_ROUNDS = 1000;
/** Added to the distance from an empty cluster, so that it stays empty. */
const NEVER = 1e30;
/** Below this position the library looks for a drawn sample from the start. */
const NEAR_START = 100;

/** Clusters of `samples` [n, dims]. */
export function kMeans(
  samples: Tensor,
  { clusters, seed = SEED, tolerance = TOLERANCE, start }: KMeansOptions,
): KMeans {
  const n = samples.shape[0];
  const x = stopGradient(samples);
  // Distances do not know where the origin lies; close to it, float32 loses less of them.
  const origin = mean(x, { axes: 0, keepDims: true });
  const centred = sub(x, origin);
  const first = start
    ? sub(stopGradient(start), origin)
    : gather(centred, seeds(centred, Math.min(clusters, n), seed), { axis: 0 });
  const { index, centres } = lloyd(centred, first, tolerance);
  return { index, centres: add(centres, origin) };
}

/** |c|² - 2 x·c to each centre [n, clusters]: the squared distance less |x|². */
function scores(x: Tensor, centres: Tensor, penalty: Tensor | number): Tensor {
  const own = add(sum(square(centres), { axes: 1 }), penalty);
  return add(matmul(x, mul(matrixTranspose(centres), -2)), own);
}

/** The centre nearest to each sample, int64 [n]; the first of equally near ones. */
export function nearest(x: Tensor, centres: Tensor): Tensor {
  return argMin(scores(stopGradient(x), centres, 0), { axis: 1 });
}

/**
 * Samples to begin with, int64 [clusters]. Each is drawn with a probability in proportion to the
 * distance (kmcuda: not its square) from the nearest one drawn before.
 */
export function seeds(x: Tensor, clusters: number, seed = SEED): Tensor {
  const n = x.shape[0];
  const [first, ...draws] = glibcRand(seed, clusters);
  const begin = constant([first % n], [1], 'int64');
  if (clusters === 1) return begin;
  const choices = draws.map((r) => r / (2 ** 31 - 1));
  const guesses = choices.map((c) => Math.floor(c * n));
  // One sample a column: a centre's distances are then the product of a row with this.
  const columns = matrixTranspose(x);
  const own = sum(square(columns), { axes: 0, keepDims: true });
  const { outputs } = rawScan({
    states: [constant(new Float32Array(n).fill(NEVER), [1, n]), begin],
    sequences: [
      constant(choices, [clusters - 1], 'float64'),
      constant(guesses, [clusters - 1], 'int64'),
    ],
    captures: [x, columns, own],
    body: ([before, last], [choice, guess], [samples, across, norms]) => {
      const centre = gather(samples, last, { axis: 0 });
      const away = add(matmul(mul(centre, -2), across), sum(square(centre)));
      const least = minimum(before, away);
      const distances = sqrt(relu(add(least, norms)));
      const drawn = draw(reshape(distances, [n]), choice, guess);
      return { states: [least, drawn], outputs: [drawn] };
    },
  });
  return concat([begin, reshape(outputs[0], [clusters - 1])], { axis: 0 });
}

/**
 * The sample that a number in [0, 1) falls on when samples lie side by side, each as wide as its
 * distance: int64 [1]. The library starts at a guess; going down from there it takes the distance
 * of the guess itself away first, which puts the sample a little further on, and so do we.
 */
function draw(distances: Tensor, choice: Tensor, guess: Tensor): Tensor {
  const n = distances.shape[0];
  const wide = cast(distances, 'float64');
  const prefix = cumsum(wide, { axis: 0 });
  const target = mul(take(prefix, [n - 1], { axis: 0 }), choice);
  const at = reshape(guess, [1]);
  const own = gather(wide, at, { axis: 0 });
  const before = sub(gather(prefix, at, { axis: 0 }), own);
  const far = greaterEqual(at, scalar(NEAR_START, 'int64'));
  const down = logicalAnd(far, greaterEqual(before, target));
  const limit = where(down, add(target, own), target);
  // Counted in float32, which is exact to 2^24 samples.
  const below = reshape(cast(sum(cast(less(prefix, limit), 'float32')), 'int64'), [1]);
  const one = scalar(1, 'int64');
  const found = where(down, maximum(sub(below, one), one), below);
  return minimum(found, scalar(n - 1, 'int64'));
}

/** Assignment and means in turn; the means are those of the last assignment. */
function lloyd(x: Tensor, start: Tensor, tolerance: number): KMeans {
  const n = x.shape[0];
  const clusters = start.shape[0];
  const nowhere = constant(new Float32Array(n).fill(-1), [n], 'int64');
  const [index, centres] = rawLoop({
    most: MOST_ROUNDS,
    states: [nowhere, start, constant(new Float32Array(clusters), [clusters])],
    captures: [x],
    body: ([before, means, penalty], [samples]) => {
      const now = argMin(scores(samples, means, penalty), { axis: 1 });
      const kept = sum(cast(equal(now, before), 'float32'));
      const members = reshape(indicators(reshape(now, [1, n]), clusters), [clusters, n]);
      const counts = sum(members, { axes: 1 });
      const sums = matmul(members, samples);
      return {
        states: [
          now,
          div(sums, reshape(maximum(counts, 1), [clusters, 1])),
          mul(cast(less(counts, 0.5), 'float32'), NEVER),
        ],
        again: greater(sub(n, kept), tolerance * n),
      };
    },
  });
  return { index, centres };
}
