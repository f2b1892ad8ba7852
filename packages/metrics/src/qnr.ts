/** Quality with no reference, and its hybrid form. */

import type { IndexInfo } from './index-info.js';

export const QNR: IndexInfo = {
  key: 'qnr',
  title: 'QNR',
  range: [0, 1],
  best: 1,
  direction: 'higher',
  unit: '',
  convention: 'toolbox: of D_lambda and D_s',
};

export const HQNR: IndexInfo = {
  key: 'hqnr',
  title: 'HQNR',
  range: [0, 1],
  best: 1,
  direction: 'higher',
  unit: '',
  convention: 'toolbox: of D_lambda_K and D_s',
};

/** The two distortions, and how much each weighs. */
export interface QnrInputs {
  readonly spectral: number;
  readonly spatial: number;
  /** Exponents; 1 by default. */
  readonly alpha?: number;
  readonly beta?: number;
}

/**
 * QNR = (1 - D_lambda)^alpha (1 - D_s)^beta; 1 is perfect (Alparone et al. 2008). HQNR is the same
 * of D_lambda_K (Aiazzi et al. 2014). Not below 0.
 */
export function qnr({ spectral, spatial, alpha = 1, beta = 1 }: QnrInputs): number {
  return Math.max(0, 1 - spectral) ** alpha * Math.max(0, 1 - spatial) ** beta;
}
