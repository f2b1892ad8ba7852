/** ATWT-M3: wavelet detail of PAN fitted to the band's (Ranchin and Wald 2000). */

import { modelMethod } from './atwt-model.js';

/**
 * Gain sqrt(cov(band, PAN) / var(PAN)) of the coefficients, as the toolbox has it; 0 where they are
 * opposed, which the toolbox turns into complex numbers.
 */
export const atwtM3 = modelMethod(
  {
    name: 'atwt-m3',
    title: 'À-trous wavelet, model 3',
    source: 'Ranchin, Wald 2000; form of Vivone et al. 2015',
  },
  ({ shared, pan }) => Math.sqrt(Math.max(0, shared) / pan),
);
