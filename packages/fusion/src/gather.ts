/** What a method must know of a scene before it fuses: its passes over windows that partition it. */

import type { FusionMethod, FusionWindow, Scene } from './method.js';

/**
 * The method's parameters; null where it has none.
 *
 * @param windows the windows anew for each pass; one may overwrite the one before it
 */
export function gather<P>(
  { statistics, refinement }: FusionMethod<P>,
  scene: Scene,
  windows: () => Iterable<FusionWindow>,
): P {
  if (!statistics) return null as P;
  const sums = new Float64Array(statistics.size(scene));
  for (const window of windows()) statistics.add(window, scene, sums);
  const first = statistics.solve(sums, scene);
  if (!refinement) return first;
  const more = new Float64Array(refinement.size(scene, first));
  for (const window of windows()) refinement.add(window, scene, { first, sums: more });
  return refinement.solve(more, scene, first);
}
