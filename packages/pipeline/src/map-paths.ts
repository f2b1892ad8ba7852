/** Where maps of clusters go. */

import { join } from 'node:path';

/** Sizes at which networks cluster pixels: full, half and quarter. */
const LEVELS = 3;

/** The files that a run will write, full size first. */
export function mapPaths(folder: string): string[] {
  return Array.from({ length: LEVELS }, (_, level) => join(folder, `level-${level}.tif`));
}
