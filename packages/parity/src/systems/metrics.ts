/** Parity of the quality indices and of the filters under them. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ParityCase, Verdict } from '../case.js';
import { readTensors, type Tensor } from '../tensors.js';
import { FILTER_RUNNERS } from './metrics-filters.js';

export async function runMetrics(parityCase: ParityCase): Promise<Verdict> {
  const path = join(parityCase.folder, 'io.safetensors');
  const tensors = existsSync(path) ? readTensors(path) : new Map<string, Tensor>();
  const what = String(parityCase.json.function);
  const entry = FILTER_RUNNERS.find(([start]) => what.startsWith(start));
  if (!entry) throw new Error(`no index is compared yet for: ${what}`);
  return entry[1](parityCase, tensors);
}
