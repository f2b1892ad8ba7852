/** D_lambda over whole images with any package's quality index between bands. */

export interface DistortionImage {
  readonly planes: readonly Float64Array[];
  /** The quality of one band by another. */
  readonly quality: (a: Float64Array, b: Float64Array) => number;
}

/** Mean over pairs of bands of |Q(fused pair) - Q(MS pair)|; 0 for one band. */
export function pairDistortion(fused: DistortionImage, ms: DistortionImage): number {
  const bands = ms.planes.length;
  let sum = 0;
  for (let i = 0; i < bands; i++) {
    for (let j = i + 1; j < bands; j++) {
      const high = fused.quality(fused.planes[i], fused.planes[j]);
      sum += Math.abs(high - ms.quality(ms.planes[i], ms.planes[j]));
    }
  }
  return bands < 2 ? 0 : sum / ((bands * (bands - 1)) / 2);
}
