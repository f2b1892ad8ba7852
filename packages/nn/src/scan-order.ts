/** Orders in which a 2-D map is read as a sequence. Zhu et al. 2024 (Vision Mamba) and followers. */

import { flip, reshape, type Tensor, transpose } from '@bandweave/graph';

/** Row by row, the same backwards, column by column, the same backwards. */
export type ScanOrder = 'rows' | 'rows-reversed' | 'columns' | 'columns-reversed';

export interface Grid {
  readonly height: number;
  readonly width: number;
}

function exchangeAxes(tokens: Tensor, outer: number, inner: number): Tensor {
  const [batch, length, channels] = tokens.shape;
  const map = reshape(tokens, [batch, outer, inner, channels]);
  return reshape(transpose(map, [0, 2, 1, 3]), [batch, length, channels]);
}

const isColumns = (order: ScanOrder) => order.startsWith('columns');
const isReversed = (order: ScanOrder) => order.endsWith('reversed');

/** Row-major tokens [b, h·w, c] in another order. */
export function toOrder(tokens: Tensor, order: ScanOrder, { height, width }: Grid): Tensor {
  const read = isColumns(order) ? exchangeAxes(tokens, height, width) : tokens;
  return isReversed(order) ? flip(read, [1]) : read;
}

/** Tokens in `order` back to row-major: the inverse of `toOrder`. */
export function fromOrder(tokens: Tensor, order: ScanOrder, { height, width }: Grid): Tensor {
  const straight = isReversed(order) ? flip(tokens, [1]) : tokens;
  return isColumns(order) ? exchangeAxes(straight, width, height) : straight;
}
