/** The undecimated B3-spline low-pass of the toolboxes (LPfilter), at every pixel. */

import { atrousAxis, atrousLevels } from '@bandweave/image';
import type { FusionWindow, Scene } from '../method.js';
import { atrousReach } from './atrous-low-pass.js';
import { filled } from './filled.js';
import { filterBand } from './pan-filter.js';

/** PAN pixels around a window that the low-pass takes, and what filling holes takes of those. */
export function atrousMargin(scene: Scene): number {
  return 2 * atrousReach(scene);
}

/** PAN low-passed, [height, width] of the window; a constant keeps its value. */
export function atrousLowPass(window: FusionWindow, scene: Scene): Float64Array {
  const { ratio, panExtent } = scene;
  return filterBand(
    filled(window.panAround, atrousReach(scene)),
    { rows: window.rows, cols: window.cols, extent: panExtent },
    {
      rows: (size, range) => atrousAxis(size, atrousLevels(ratio.rows), range),
      cols: (size, range) => atrousAxis(size, atrousLevels(ratio.cols), range),
    },
  );
}
