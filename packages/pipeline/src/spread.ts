/** Mean and deviation of images that come one after another. Welford 1962. */

export interface Spread {
  /** Adds an image [bands · pixels]. */
  add(values: Float32Array): void;
  mean(): Float32Array;
  /**
   * [2 · bands, pixels]: the means of the bands that are named, then their standard deviations (n - 1
   * in the denominator); NaN where the mask is 0.
   */
  picture(options: {
    readonly bands: readonly number[];
    readonly pixels: number;
    readonly mask?: Uint8Array;
  }): Float32Array;
}

export function makeSpread(): Spread {
  let count = 0;
  let mean = new Float32Array(0);
  let squares = new Float32Array(0);
  return {
    add(values) {
      if (count === 0) {
        mean = new Float32Array(values.length);
        squares = new Float32Array(values.length);
      }
      count += 1;
      for (let i = 0; i < values.length; i++) {
        const off = values[i] - mean[i];
        mean[i] += off / count;
        squares[i] += off * (values[i] - mean[i]);
      }
    },
    mean: () => mean,
    picture({ bands, pixels, mask }) {
      const out = new Float32Array(2 * bands.length * pixels);
      bands.forEach((band, k) => {
        const [low, high] = [k * pixels, (bands.length + k) * pixels];
        for (let p = 0; p < pixels; p++) {
          const known = mask?.[p] !== 0;
          const from = band * pixels + p;
          out[low + p] = known ? mean[from] : Number.NaN;
          out[high + p] = known ? Math.sqrt(squares[from] / (count - 1)) : Number.NaN;
        }
      });
      return out;
    },
  };
}
