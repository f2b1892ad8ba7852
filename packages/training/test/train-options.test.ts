import { findNetwork } from '@bandweave/models';
import { expect, test } from 'vitest';
import { parseRecipe, settingsFor } from '../src/train-options.js';

const fusionmamba = findNetwork('fusionmamba')!;
const rescnn = findNetwork('rescnn')!;

test('a network is trained as its paper says unless told otherwise', () => {
  const settings = settingsFor(fusionmamba);
  expect(settings).toMatchObject({
    optimizer: 'adam',
    lr: 5e-4,
    schedule: { kind: 'step', every: 200, factor: 0.5 },
    batch: 32,
    patch: 64,
    preparation: { normalise: 'range', base: 'exp', inputs: 'plain' },
  });
});

test('later changes win, and what is not given changes nothing', () => {
  const settings = settingsFor(rescnn, { lr: 1e-3, batch: 4 }, { lr: 1e-4 });
  expect(settings).toMatchObject({ lr: 1e-4, batch: 4 });
  expect(settings.preparation.base).toBe('mtf-glp-fs');
  expect(settingsFor(rescnn, { base: 'gsa' }).preparation.base).toBe('gsa');
});

test.each([
  [{ lr: -1 }, /^r\.json: expected a recipe, got a mistake at lr: /],
  [{ learningRate: 1 }, /^r\.json: expected a recipe, .*learningRate/],
  [{ schedule: { kind: 'linear' } }, /at schedule/],
  [{ batch: 2.5 }, /at batch/],
  [[], /^r\.json: expected a recipe/],
])('%j is refused in one line', (value, message) => {
  expect(() => parseRecipe(value, 'r.json')).toThrow(message);
});

test('unknown variants and sizes are refused with those that are known', () => {
  expect(() => settingsFor(rescnn, { variant: 'x' })).toThrow(/--variant: .* rescnn \(none\)/);
  expect(() => settingsFor(rescnn, { sizes: { depth: 2 } })).toThrow(/width, blocks.*'depth'/);
});
