/** Rows of the classical benchmark: quality indices. */

import { findSensor, imresize, interp23tap, msGainsFor } from '@bandweave/image';
import { dLambdaK, dS, q2n, qnr } from '@bandweave/metrics';
import { type ArrayPair, land, RATIO, SIDE } from './classical-pair.js';
import type { ClassicalRow } from './classical-row.js';

export function indexRows({ pan, ms }: ArrayPair): ClassicalRow[] {
  const reference = land(ms.bands, SIDE, 0.5);
  const fused = { ...reference, data: reference.data.map((value, i) => value + ((i * 7) % 23)) };
  const expanded = interp23tap(ms, RATIO);
  const gains = msGainsFor(findSensor('quickbird'), ms.bands);
  return [
    {
      name: 'Q2n',
      peerSeconds: 2.9,
      run: () => q2n(fused, reference, { quantise: 'uint16' }),
    },
    {
      // As the toolbox is called: the enlarged MS is there, the low PAN is made.
      name: 'HQNR',
      peerSeconds: 5.6,
      run() {
        const panLow = interp23tap(imresize(pan, { scale: 1 / RATIO }), RATIO);
        const spatial = dS(fused, { pan, ms: expanded, panLow });
        const spectral = dLambdaK(fused, expanded, { ratio: RATIO, gains, quantise: 'uint16' });
        return qnr({ spectral, spatial });
      },
    },
  ];
}
