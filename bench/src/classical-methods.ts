/** Rows of the classical benchmark: fusion methods, MS being enlarged beforehand as in the toolbox. */

import { findMethod, fuseArrays } from '@bandweave/fusion';
import { findSensor, interp23tap, msGainsFor } from '@bandweave/image';
import { type ArrayPair, RATIO } from './classical-pair.js';
import type { ClassicalRow } from './classical-row.js';

/** Seconds of Octave 7.3 with the toolboxes' code, by our names. */
const PEER_SECONDS: Readonly<Record<string, number>> = {
  brovey: 0.1,
  sfim: 0.2,
  pca: 0.34,
  'bdsd-pc': 0.66,
  gsa: 0.81,
  'mtf-glp-fs': 0.89,
  'bt-h': 0.89,
  awlp: 1.4,
  pracs: 2.7,
};

export function methodRows({ pan, ms }: ArrayPair): ClassicalRow[] {
  const exp = interp23tap(ms, RATIO).data;
  const msGains = msGainsFor(findSensor('quickbird'), ms.bands);
  return Object.entries(PEER_SECONDS).map(([name, peerSeconds]) => {
    const method = findMethod(name);
    return {
      name,
      peerSeconds,
      run: () => fuseArrays({ pan, ms }, method, { phase: 'toolbox', exp, msGains }),
    };
  });
}
