/**
 * Purest spectra of a scene: the vertices of the simplex that mixed pixels fill. Nascimento,
 * Bioucas Dias 2005, Vertex component analysis.
 */

import { random } from './random.js';

/**
 * [bands, count]: pixels that lie furthest out, each along a direction at right angles to those
 * found before. The first direction of each is drawn from a fixed seed, so results repeat.
 *
 * @param data [bands, pixels]
 */
export function pureSpectra(
  data: Float64Array,
  { bands, count }: { readonly bands: number; readonly count: number },
): { readonly spectra: Float64Array; readonly pixels: readonly number[] } {
  const pixels = data.length / bands;
  const draw = random(7);
  const basis: Float64Array[] = [];
  const chosen: number[] = [];
  for (let k = 0; k < count; k++) {
    const direction = Float64Array.from({ length: bands }, () => draw() - 0.5);
    for (const axis of basis) subtractAlong(direction, axis);
    let best = -1;
    let furthest = -1;
    const along = new Float64Array(pixels);
    for (let b = 0; b < bands; b++) {
      const share = direction[b];
      for (let i = 0; i < pixels; i++) along[i] += share * data[b * pixels + i];
    }
    for (let i = 0; i < pixels; i++) {
      const far = Math.abs(along[i]);
      if (far > furthest && !chosen.includes(i)) {
        furthest = far;
        best = i;
      }
    }
    chosen.push(best);
    const axis = Float64Array.from({ length: bands }, (_, b) => data[b * pixels + best]);
    for (const earlier of basis) subtractAlong(axis, earlier);
    const length = Math.sqrt(axis.reduce((sum, v) => sum + v * v, 0));
    if (length > 1e-12) basis.push(axis.map((v) => v / length));
  }
  const spectra = new Float64Array(bands * count);
  for (let b = 0; b < bands; b++) {
    for (const [k, pixel] of chosen.entries()) spectra[b * count + k] = data[b * pixels + pixel];
  }
  return { spectra, pixels: chosen };
}

/** Takes the part along a unit vector away. */
function subtractAlong(vector: Float64Array, unit: Float64Array): void {
  let dot = 0;
  for (let i = 0; i < unit.length; i++) dot += vector[i] * unit[i];
  for (let i = 0; i < unit.length; i++) vector[i] -= dot * unit[i];
}
