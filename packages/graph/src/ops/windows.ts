/** Windows of an image and cyclic shifts. Liu et al. 2021, Swin transformer. */

import { normalizeAxis, opError, showShape } from '../core/shape.js';
import { composite, type Tensor } from '../core/tensor.js';
import { reshape } from './broadcast.js';
import { concat, slice, transpose } from './layout.js';

/** How far along which axis; towards higher positions when positive. */
export interface Shift {
  readonly axis: number;
  readonly by: number;
}

/** Elements moved along axes; what leaves at one end comes in at the other. As numpy's roll. */
export function roll(x: Tensor, shifts: readonly Shift[]): Tensor {
  const plan = shifts.map(({ axis, by }) => {
    if (!Number.isInteger(by)) throw opError('roll', 'whole shifts', String(by));
    const along = normalizeAxis('roll', axis, x.shape.length);
    const d = x.shape[along];
    return { axis: along, by: ((by % d) + d) % d };
  });
  const moving = plan.filter(({ by }) => by !== 0);
  if (moving.length === 0) return x;
  const back = moving.map(({ axis, by }) => ({ axis, by: -by }));
  return composite('roll', [x], {
    outputs: [x],
    lower: ([t]) => [
      moving.reduce((y, { axis, by }) => {
        const cut = y.shape[axis] - by;
        return concat([slice(y, [{ axis, start: cut }]), slice(y, [{ axis, stop: cut }])], {
          axis,
        });
      }, t),
    ],
    vjp: ([g]) => [roll(g, back)],
  })[0];
}

interface WindowOptions {
  /** Height and width of one. */
  readonly window: readonly [number, number];
}

/**
 * [batch, height, width, channels] -> [batch · windows, window height · window width, channels];
 * windows row by row, positions in them likewise.
 */
export function windowPartition(x: Tensor, { window: [h, w] }: WindowOptions): Tensor {
  const [batch, height, width, channels] = x.shape;
  if (x.shape.length !== 4 || height % h !== 0 || width % w !== 0) {
    throw opError(
      'windowPartition',
      `[batch,height,width,channels] of whole ${h}x${w} windows`,
      showShape(x.shape),
      'pad it',
    );
  }
  const split = reshape(x, [batch, height / h, h, width / w, w, channels]);
  return reshape(transpose(split, [0, 1, 3, 2, 4, 5]), [-1, h * w, channels]);
}

/** The inverse of `windowPartition` for an image of the given size. */
export function windowMerge(
  x: Tensor,
  {
    window: [h, w],
    size: [height, width],
  }: WindowOptions & { readonly size: readonly [number, number] },
): Tensor {
  const [count, positions, channels] = x.shape;
  const windows = (height / h) * (width / w);
  const whole = height % h === 0 && width % w === 0 && count % windows === 0;
  if (x.shape.length !== 3 || positions !== h * w || !whole) {
    throw opError(
      'windowMerge',
      `[batch · windows,${h * w},channels] for ${height}x${width} in ${h}x${w} windows`,
      showShape(x.shape),
    );
  }
  const split = reshape(x, [count / windows, height / h, width / w, h, w, channels]);
  return reshape(transpose(split, [0, 1, 3, 2, 4, 5]), [-1, height, width, channels]);
}
