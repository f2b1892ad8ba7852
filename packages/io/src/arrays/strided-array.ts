/** An array that lies uncompressed in a file, its dimensions in any order. */

import { DATA_TYPES, type DataType, type Samples } from '@bandweave/image';
import type { ByteSource } from '../bytes/byte-source.js';
import { type ByteOrder, samplesOf } from './byte-order.js';
import { gather } from './gather.js';
import type { Box, NamedArray, Target } from './named-array.js';

export interface StridedLayout {
  /** Byte at which the first sample stands. */
  readonly offset: number;
  readonly dataType: DataType;
  readonly order: ByteOrder;
  readonly shape: readonly number[];
  /** Samples between neighbours, one figure a dimension. */
  readonly strides: readonly number[];
}

/** One read is not longer than this unless a single run of samples is. */
const MOST_BYTES = 1 << 25;

/** A read may fetch this many times what it needs: seeking costs more than reading on. */
const MOST_WASTE = 8;

/** The array as windows ask for it. */
export function stridedArray(name: string, bytes: ByteSource, layout: StridedLayout): NamedArray {
  const { offset, dataType, order, shape, strides } = layout;
  const width = DATA_TYPES[dataType].bytes;
  const read = async ({ start, count }: Box, target: Target, signal?: AbortSignal) => {
    if (count.includes(0)) return;
    // Slowest first; the dimensions from `level` on are fetched as one span.
    const slowest = shape.map((_, d) => d).sort((a, b) => strides[b] - strides[a]);
    const { level, span } = spanOf(slowest.map((d) => ({ stride: strides[d], count: count[d] })));
    const outer = slowest.slice(0, level);
    const within = slowest.slice(level);
    const steps = outer.map(() => 0);
    for (;;) {
      signal?.throwIfAborted();
      let at = start.reduce((sum, first, d) => sum + first * strides[d], 0);
      let to = target.offset;
      outer.forEach((d, k) => {
        at += steps[k] * strides[d];
        to += steps[k] * target.strides[d];
      });
      const raw = await bytes.read(offset + at * width, span * width, signal);
      gather(
        within.map((d) => count[d]),
        {
          data: samplesOf(raw, dataType, order),
          offset: 0,
          strides: within.map((d) => strides[d]),
        },
        { data: target.data, offset: to, strides: within.map((d) => target.strides[d]) },
      );
      let k = outer.length - 1;
      while (k >= 0 && ++steps[k] === count[outer[k]]) steps[k--] = 0;
      if (k < 0) return;
    }

    function spanOf(axes: readonly { stride: number; count: number }[]) {
      let best = { level: axes.length, span: 1 };
      let reach = 1;
      let used = 1;
      for (let k = axes.length - 1; k >= 0; k--) {
        reach += (axes[k].count - 1) * axes[k].stride;
        used *= axes[k].count;
        if (reach > used * MOST_WASTE) break;
        if (k < axes.length - 1 && reach * width > MOST_BYTES) break;
        best = { level: k, span: reach };
      }
      return best;
    }
  };
  return { name, shape, dataType, read };
}

/** An array that is in memory, in the same form. */
export function memoryArray(
  name: string,
  data: Samples,
  { dataType, shape, strides }: Pick<StridedLayout, 'dataType' | 'shape' | 'strides'>,
): NamedArray {
  return {
    name,
    shape,
    dataType,
    read: async ({ start, count }, target) => {
      const offset = start.reduce((sum, first, d) => sum + first * strides[d], 0);
      gather(count, { data, offset, strides }, target);
    },
  };
}
