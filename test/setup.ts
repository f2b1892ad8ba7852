/** One matcher for arrays of numbers, with both tolerances always explicit. */
import { expect } from 'vitest';

interface Tolerance {
  rtol?: number;
  atol?: number;
}

expect.extend({
  /** |received - expected| <= atol + rtol * |expected| for every element; NaN equals NaN. */
  toBeAllclose(
    received: ArrayLike<number>,
    expected: ArrayLike<number>,
    { rtol = 0, atol = 0 }: Tolerance = {},
  ) {
    if (received.length !== expected.length) {
      return {
        pass: false,
        message: () => `expected length ${expected.length}, got ${received.length}`,
      };
    }
    let worst = -1;
    let excess = 0;
    for (let i = 0; i < expected.length; i++) {
      const a = received[i] as number;
      const b = expected[i] as number;
      if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
      const over = Math.abs(a - b) - (atol + rtol * Math.abs(b));
      if (!(over <= excess)) {
        excess = Number.isNaN(over) ? Number.POSITIVE_INFINITY : over;
        worst = i;
      }
    }
    return {
      pass: worst < 0,
      message: () =>
        `expected ${this.isNot ? 'not ' : ''}all within rtol ${rtol}, atol ${atol}; ` +
        `worst at ${worst}: got ${received[worst]}, expected ${expected[worst]}`,
    };
  },
});

declare module 'vitest' {
  interface Matchers<T = unknown> {
    toBeAllclose(expected: ArrayLike<number>, tolerance?: Tolerance): T;
  }
}
