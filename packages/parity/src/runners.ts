/** Which runner serves which system: one file each in `systems`. */

import type { Runner } from './case.js';
import { runApla } from './systems/apla.js';
import { runCannet } from './systems/cannet.js';
import { runClassical } from './systems/classical.js';
import { runCmt } from './systems/cmt.js';
import { runFeinfn } from './systems/feinfn.js';
import { runFusionmamba } from './systems/fusionmamba.js';
import { runGdal } from './systems/gdal.js';
import { runGeotiff } from './systems/geotiff.js';
import { runHyra } from './systems/hyra.js';
import { runLemamba } from './systems/lemamba.js';
import { runMetrics } from './systems/metrics.js';
import { runOtb } from './systems/otb.js';
import { runPretrained } from './systems/pretrained.js';
import { runQwsnm } from './systems/qwsnm.js';
import { runSbm } from './systems/sbm.js';
import { runSsdiff } from './systems/ssdiff.js';
import { runSsmOps } from './systems/ssm-ops.js';
import { runTiling } from './systems/tiling.js';

export const RUNNERS: Readonly<Record<string, Runner>> = {
  apla: runApla,
  cannet: runCannet,
  classical: runClassical,
  cmt: runCmt,
  gdal: runGdal,
  feinfn: runFeinfn,
  fusionmamba: runFusionmamba,
  geotiff: runGeotiff,
  hyra: runHyra,
  lemamba: runLemamba,
  metrics: runMetrics,
  pretrained: runPretrained,
  otb: runOtb,
  qwsnm: runQwsnm,
  sbm: runSbm,
  ssdiff: runSsdiff,
  ssm_ops: runSsmOps,
  tiling: runTiling,
};
