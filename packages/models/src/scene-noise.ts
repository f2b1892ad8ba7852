/**
 * Noise that belongs to places of a scene, not to windows: overlapping windows are given the same
 * where they overlap, in whatever order and by whichever worker they are run.
 */

export interface NoisePlace {
  readonly bands: number;
  /** Of the window's upper left pixel in the scene. */
  readonly row: number;
  readonly col: number;
  readonly height: number;
  readonly width: number;
}

/** What a draw belongs to: the seed of the run, the image of several, the step of the sampler. */
export interface NoiseKey {
  readonly seed: number;
  readonly sample: number;
  readonly step: number;
}

/** Murmur3's finaliser: every bit of the result depends on every bit of the number. */
function mixed(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const GOLDEN = 0x9e3779b9;
const joined = (hash: number, part: number) => mixed((Math.imul(hash, 31) + part + GOLDEN) | 0);

/** Standard normal values [bands, height, width], a function of key and place alone. */
export function sceneNoise(
  { seed, sample, step }: NoiseKey,
  { bands, row, col, height, width }: NoisePlace,
): Float32Array {
  const out = new Float32Array(bands * height * width);
  const begin = joined(joined(joined(mixed(seed), sample), step), 0x5bd1e995);
  let o = 0;
  for (let band = 0; band < bands; band++) {
    const own = joined(begin, band);
    for (let y = row; y < row + height; y++) {
      const line = joined(own, y);
      for (let x = col; x < col + width; x++) {
        const first = joined(line, x);
        const second = mixed((first + GOLDEN) | 0);
        // Box and Muller; the radius never takes the logarithm of 0.
        const radius = Math.sqrt(-2 * Math.log((first + 0.5) / 4294967296));
        out[o++] = radius * Math.cos((2 * Math.PI * second) / 4294967296);
      }
    }
  }
  return out;
}
