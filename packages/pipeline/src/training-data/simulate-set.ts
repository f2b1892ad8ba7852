/** A training set on disk: every pair under some folders, reduced, one folder each. */

import { join } from 'node:path';
import { InputError } from '@bandweave/image';
import { simulate } from '../simulate/simulate.js';
import type { SimulateOptions, SimulateResult } from '../simulate/simulate-options.js';
import { findPairs } from './find-pairs.js';

/**
 * Reduces each pair into `folder/NAME`; what `simulate` wrote before is passed over.
 *
 * @throws InputError where nothing is found or a pair does not fit
 */
export async function simulateSet(
  paths: readonly string[],
  folder: string,
  options: SimulateOptions = {},
): Promise<SimulateResult[]> {
  const pairs = (await findPairs(paths)).filter(({ kind }) => kind === 'original');
  if (pairs.length === 0) {
    throw new InputError(
      `${paths.join(', ')}: expected pairs that are not reduced yet, got none; name folders with pan.tif and ms.tif.`,
    );
  }
  const results: SimulateResult[] = [];
  const { onProgress, ...rest } = options;
  for (const [done, { name, pan, ms }] of pairs.entries()) {
    options.signal?.throwIfAborted();
    onProgress?.({ stage: 'simulate', done, total: pairs.length });
    const inputs = pan === undefined ? { ms } : { pan, ms };
    // Names are folders' own, so they hold no path; those of files may repeat.
    const place = name.replace(/[^\w.-]+/g, '_');
    results.push(await simulate(inputs, join(folder, place), rest));
  }
  onProgress?.({ stage: 'simulate', done: pairs.length, total: pairs.length });
  return results;
}
