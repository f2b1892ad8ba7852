/** Additive injection of PAN's detail into one band, shared by the methods of that kind. */

import type { FloatSamples } from '@bandweave/image';

/** out = band + gain (pan - low). */
export function inject(
  band: FloatSamples,
  pan: FloatSamples,
  { low, gain }: { readonly low: ArrayLike<number>; readonly gain: number },
  out: FloatSamples,
): void {
  for (let p = 0; p < out.length; p++) out[p] = band[p] + gain * (pan[p] - low[p]);
}
