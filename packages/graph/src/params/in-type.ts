/** Parameters in another element type than they are stored in. */

import type { ElementType } from '../core/element-type.js';
import { cast } from '../ops/comparison.js';
import type { Params } from './params.js';

/** The same parameters, each cast when it is asked for: a network traced over them computes in it. */
export function paramsIn(params: Params, dtype: ElementType): Params {
  return {
    ...params,
    get: (name, shape, init) => cast(params.get(name, shape, init), dtype),
    buffer: (name, shape, init) => cast(params.buffer(name, shape, init), dtype),
    scope: (prefix) => paramsIn(params.scope(prefix), dtype),
  };
}
