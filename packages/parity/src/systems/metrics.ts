/** Parity of the quality indices and of the filters under them. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ParityCase, Verdict } from '../case.js';
import { readTensors, type Tensor } from '../tensors.js';
import { FILTER_RUNNERS } from './metrics-filters.js';
import { runReprojection } from './metrics-full-resolution.js';
import { runReferenceIndices, runShiftedQ2n, runSlidingQ } from './metrics-indices.js';
import { runPackageIndices } from './metrics-packages.js';
import { runTable } from './metrics-tables.js';

/** By what the case's `function` begins with. */
const RUNNERS: typeof FILTER_RUNNERS = [
  ...FILTER_RUNNERS,
  ['Q2n, SAM, ERGAS', runReferenceIndices],
  ['img_qi', runSlidingQ],
  ['q2n block', runShiftedQ2n],
  ['D_rho', runReprojection],
  ['reduced- and full-resolution indices', runTable],
  ['the same images measured by', runPackageIndices],
];

export async function runMetrics(parityCase: ParityCase): Promise<Verdict> {
  const path = join(parityCase.folder, 'io.safetensors');
  const tensors = existsSync(path) ? readTensors(path) : new Map<string, Tensor>();
  const what = String(parityCase.json.function);
  const entry = RUNNERS.find(([start]) => what.startsWith(start));
  if (!entry) throw new Error(`no index is compared yet for: ${what}`);
  return entry[1](parityCase, tensors);
}
