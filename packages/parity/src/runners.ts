/** Which runner serves which system: one file each in `systems`. */

import type { Runner } from './case.js';
import { runClassical } from './systems/classical.js';
import { runGdal } from './systems/gdal.js';
import { runGeotiff } from './systems/geotiff.js';
import { runMetrics } from './systems/metrics.js';

export const RUNNERS: Readonly<Record<string, Runner>> = {
  classical: runClassical,
  gdal: runGdal,
  geotiff: runGeotiff,
  metrics: runMetrics,
};
