import { expect, test } from 'vitest';
import { InputError } from '../src/errors.js';
import { waldDegrade } from '../src/wald.js';
import { noise } from './noise.js';

test('both images come out at the next coarser scale', () => {
  const { ms, pan } = waldDegrade(
    { ms: noise(4, 24, 24), pan: noise(1, 72, 72) },
    { ratio: 3, gains: [0.3, 0.3, 0.3, 0.25] },
  );
  expect([ms.bands, ms.height, ms.width]).toEqual([4, 8, 8]);
  expect([pan.bands, pan.height, pan.width]).toEqual([1, 24, 24]);
});

test('sizes that the ratio does not divide, and gains of another sensor, are refused', () => {
  const pan = noise(1, 100, 96);
  expect(() => waldDegrade({ ms: noise(4, 25, 24), pan }, { ratio: 4, gains: 0.3 })).toThrow(
    InputError,
  );
  expect(() =>
    waldDegrade({ ms: noise(4, 24, 24), pan: noise(1, 96, 96) }, { ratio: 4, gains: [0.3, 0.3] }),
  ).toThrow(InputError);
});
