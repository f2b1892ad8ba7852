/** The universal quality index as sewar takes it. */

import { boxWindow, innerMean, localMeans } from '../local-filter.js';
import type { PairPlanes } from '../pair-planes.js';

const SIDE = 8;
const AREA = SIDE * SIDE;

/**
 * Mean over 8 x 8 windows of 4 (N m_ab - m_a m_b) m_a m_b / ((N (m_aa + m_bb) - m_a² - m_b²)(m_a² +
 * m_b²)), N = 64. The m are means where the formula's sums belong, so the means weigh 64 times too
 * little and the figure lies far above Q; kept, for that is the package's figure. A border of four
 * pixels is left out.
 */
export function sewarUqi(
  a: Float64Array,
  b: Float64Array,
  { size, valid }: Pick<PairPlanes, 'size' | 'valid'>,
): number {
  const window = boxWindow(SIDE, 'symmetric');
  const product = new Float64Array(a.length);
  const means = (x: Float64Array, y: Float64Array) => {
    for (let i = 0; i < x.length; i++) product[i] = x[i] * y[i];
    return localMeans(product, size, window);
  };
  const meanA = localMeans(a, size, window);
  const meanB = localMeans(b, size, window);
  const squaresA = means(a, a);
  const squaresB = means(b, b);
  const cross = means(a, b);
  for (let i = 0; i < cross.length; i++) {
    const products = meanA[i] * meanB[i];
    const energy = meanA[i] * meanA[i] + meanB[i] * meanB[i];
    const spread = AREA * (squaresA[i] + squaresB[i]) - energy;
    if (spread * energy !== 0) {
      cross[i] = (4 * (AREA * cross[i] - products) * products) / (spread * energy);
    } else cross[i] = spread === 0 && energy !== 0 ? (2 * products) / energy : 1;
  }
  return innerMean(cross, { size, crop: [SIDE / 2, SIDE / 2], valid });
}
