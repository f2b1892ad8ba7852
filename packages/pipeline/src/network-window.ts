/** What a network is fed with for one window of a scene. */

import type { NetworkWindow } from '@bandweave/models';
import type { Placed } from './blend.js';
import type { LatticePair } from './lattice-pair.js';

/** PAN, MS and, where the network asks for it, the enlarged MS, all divided by `scale`. */
export async function windowInputs(
  pair: LatticePair,
  window: Placed,
  scale: number,
): Promise<NetworkWindow> {
  // Loaded only here: a classical fusion should not wait for the engine.
  const { enlargeMs: enlarge } = await import('@bandweave/models');
  const lms = () => pair.cutEnlarged(window, { scale, enlarge });
  const height = window.rows.end - window.rows.start;
  const width = window.cols.end - window.cols.start;
  return { ...pair.cut(window, scale), lms, height, width };
}
