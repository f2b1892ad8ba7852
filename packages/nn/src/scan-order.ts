/** Orders in which a 2-D map is read as a sequence. Zhu et al. 2024 (Vision Mamba) and followers. */

import { flip, reshape, type Tensor, transpose } from '@bandweave/graph';

/** Row by row, the same backwards, column by column, the same backwards. */
export type ScanOrder = 'rows' | 'rows-reversed' | 'columns' | 'columns-reversed';

export interface Grid {
  readonly height: number;
  readonly width: number;
}

/** Which axis of the tokens is the sequence. */
interface Sequence extends Grid {
  readonly axis?: number;
}

function exchangeAxes(tokens: Tensor, axis: number, [outer, inner]: [number, number]): Tensor {
  const { shape } = tokens;
  const map = reshape(tokens, [...shape.slice(0, axis), outer, inner, ...shape.slice(axis + 1)]);
  const order = map.shape.map((_, i) => (i === axis ? axis + 1 : i === axis + 1 ? axis : i));
  return reshape(transpose(map, order), shape);
}

const isColumns = (order: ScanOrder) => order.startsWith('columns');
const isReversed = (order: ScanOrder) => order.endsWith('reversed');

/** Row-major tokens, [b, h·w, c] unless `axis` is given, in another order. */
export function toOrder(
  tokens: Tensor,
  order: ScanOrder,
  { height, width, axis = 1 }: Sequence,
): Tensor {
  const read = isColumns(order) ? exchangeAxes(tokens, axis, [height, width]) : tokens;
  return isReversed(order) ? flip(read, [axis]) : read;
}

/** Tokens in `order` back to row-major: the inverse of `toOrder`. */
export function fromOrder(
  tokens: Tensor,
  order: ScanOrder,
  { height, width, axis = 1 }: Sequence,
): Tensor {
  const straight = isReversed(order) ? flip(tokens, [axis]) : tokens;
  return isColumns(order) ? exchangeAxes(straight, axis, [width, height]) : straight;
}
