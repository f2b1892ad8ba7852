/** EXP: MS enlarged to PAN's grid, nothing of PAN in it. The bar that every method must clear. */

import type { FusionMethod } from './method.js';

export const exp: FusionMethod<null> = {
  name: 'exp',
  title: 'Enlargement only',
  source: 'Aiazzi et al. 2002 (23-tap polynomial); GDAL kernels on other grids',
  panMargin: () => 0,
  panBorder: 'replicate',
  fuse(window, _scene, _parameters, out) {
    out.set(window.exp);
  },
};
