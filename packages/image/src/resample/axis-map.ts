/**
 * Separable resampling as a pair of sparse matrices, one an axis. A map is made once for the
 * whole scene and applied window by window, so where a window is cut never changes a value.
 */

/**
 * out[o] = sum over t of weights[o * taps + t] * in[first[o] + t]. `first` may reach outside
 * 0 .. inputs - taps; whoever loads the input decides what stands there (see `border.ts`).
 */
export interface AxisMap {
  readonly inputs: number;
  readonly outputs: number;
  readonly taps: number;
  readonly first: Int32Array;
  /** [outputs, taps] */
  readonly weights: Float64Array;
  /** Kernels with negative lobes need enough valid neighbours beside nodata (GDAL's rule). */
  readonly negativeLobes: boolean;
}

/** Half-open range of indices. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The inputs that a span of outputs needs. */
export function inputSpan(map: AxisMap, outputs: Span): Span {
  let start = Number.POSITIVE_INFINITY;
  let end = Number.NEGATIVE_INFINITY;
  for (let o = outputs.start; o < outputs.end; o++) {
    start = Math.min(start, map.first[o]);
    end = Math.max(end, map.first[o] + map.taps);
  }
  return outputs.start < outputs.end ? { start, end } : { start: 0, end: 0 };
}

/** The weight that each output gives to a constant input: 1 for kernels that are normalised. */
export function weightSums({ outputs, taps, weights }: AxisMap): Float64Array {
  const sums = new Float64Array(outputs);
  for (let o = 0; o < outputs; o++) {
    for (let t = 0; t < taps; t++) sums[o] += weights[o * taps + t];
  }
  return sums;
}

/**
 * The widest distance, in inputs, between where an output lies and the inputs it takes:
 * what a window must be able to read around itself.
 */
export function reach(map: AxisMap): number {
  const scale = map.inputs / Math.max(1, map.outputs);
  let widest = 0;
  for (let o = 0; o < map.outputs; o++) {
    const centre = (o + 0.5) * scale - 0.5;
    widest = Math.max(widest, centre - map.first[o], map.first[o] + map.taps - 1 - centre);
  }
  return Math.ceil(widest);
}
