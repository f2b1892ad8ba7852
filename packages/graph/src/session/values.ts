/** What goes into a session and comes out of it. */

import type { Elements, ElementType } from '../core/element-type.js';
import { ELEMENT_TYPES } from '../core/element-type.js';
import { showShape, sizeOf } from '../core/shape.js';
import { GraphError } from '../errors.js';
import type { Model } from '../onnx/emit.js';

/** A tensor with elements. */
export interface Value {
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  readonly data: Elements;
}

/** Feeds by name: elements alone where the model states the shape. */
export type Feeds = Readonly<Record<string, Elements | Value>>;

/** Type and shape of a model's input or output; -1 where the model leaves a dimension open. */
export interface Port {
  readonly name: string;
  readonly dtype: ElementType;
  readonly shape: readonly number[];
}

/** Checks feeds against the model's inputs and completes them. */
export function checkFeeds(inputs: Model['inputs'], feeds: Feeds): Record<string, Value> {
  const checked: Record<string, Value> = {};
  for (const { name, dtype, shape } of inputs) {
    const fed = feeds[name];
    if (fed === undefined) {
      throw new GraphError(
        `run: expected a feed for ${name}, got none; feed ${dtype}${showShape(shape)}.`,
      );
    }
    const value: Value = ArrayBuffer.isView(fed) ? { dtype, shape, data: fed } : fed;
    const fits =
      value.shape.length === shape.length &&
      value.shape.every((d, i) => shape[i] === -1 || d === shape[i]);
    if (
      value.dtype !== dtype ||
      !fits ||
      !ELEMENT_TYPES[dtype].holds(value.data) ||
      value.data.length !== sizeOf(value.shape)
    ) {
      throw new GraphError(
        `run: expected ${name} as ${dtype}${showShape(shape)}, got ${value.data.length} elements of ${value.dtype}${showShape(value.shape)}.`,
      );
    }
    checked[name] = value;
  }
  for (const name of Object.keys(feeds)) {
    if (!(name in checked)) {
      throw new GraphError(
        `run: expected feeds for ${inputs.map((i) => i.name).join(', ')}, got ${name}.`,
      );
    }
  }
  return checked;
}
