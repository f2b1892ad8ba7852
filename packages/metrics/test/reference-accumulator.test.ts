import { expect, test } from 'vitest';
import { assessReference } from '../src/assess.js';
import { REFERENCE_MARGIN, ReferenceAccumulator } from '../src/reference-accumulator.js';
import { change, cut, scene } from './scenes.js';

const height = 150;
const width = 209;

/** Cores of at most `side`, each with its margin. */
function* windows(side: number) {
  for (let row = 0; row < height; row += side) {
    for (let col = 0; col < width; col += side) {
      const top = Math.max(0, row - REFERENCE_MARGIN);
      const left = Math.max(0, col - REFERENCE_MARGIN);
      const core = {
        row: row - top,
        col: col - left,
        height: Math.min(side, height - row),
        width: Math.min(side, width - col),
      };
      const bottom = Math.min(height, row + core.height + REFERENCE_MARGIN);
      const right = Math.min(width, col + core.width + REFERENCE_MARGIN);
      yield { core, box: [top, left, bottom - top, right - left] as const };
    }
  }
}

test.each([32, 64, 96])('windows of %i give every index of the whole scene', (side) => {
  const reference = change(scene(3, height, width), (value, i) =>
    i % (height * width) === 3000 ? Number.NaN : value,
  );
  const estimate = change(reference, (value, i) => value + ((i * 31) % 17) * 9);
  const parts = new ReferenceAccumulator({ ratio: 4, peak: 2047 });
  for (const { core, box } of windows(side))
    parts.add(cut(estimate, box), cut(reference, box), core);
  const whole = assessReference(estimate, reference, { ratio: 4, peak: 2047 });
  for (const [key, value] of Object.entries(parts.indices())) {
    expect(value, key).toBeCloseTo(whole[key as keyof typeof whole], 9);
  }
});
