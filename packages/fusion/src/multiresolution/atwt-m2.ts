/** ATWT-M2: wavelet detail of PAN with mean and deviation of the band's (Ranchin and Wald 2000). */

import { modelMethod } from './atwt-model.js';

/** Gain sqrt(var(band) / var(PAN)) of the coefficients, a band and orientation. */
export const atwtM2 = modelMethod(
  {
    name: 'atwt-m2',
    title: 'À-trous wavelet, model 2',
    source: 'Ranchin, Wald 2000; form of Vivone et al. 2015',
  },
  ({ band, pan }) => Math.sqrt(Math.max(0, band) / pan),
);
