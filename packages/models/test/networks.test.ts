import { createParams, input } from '@bandweave/graph';
import { expect, test } from 'vitest';
import { type CreatedNetwork, NETWORK_LIST, NETWORKS } from '../src/index.js';

const size = { panBands: 1, msBands: 3, ratio: 4 };

/** Weights as training would begin with, and the shape of what comes out. */
function begun(network: CreatedNetwork) {
  const params = createParams({ seed: 1 });
  const side = 4 * network.facts.msStep;
  const output = network.build(params, {
    pan: input('pan', [2, 1, 4 * side, 4 * side]),
    ms: input('ms', [2, 3, side, side]),
    lms: input('lms', [2, 3, 4 * side, 4 * side]),
  });
  return { weights: params.stateDict(), shape: output.shape, side };
}

test('every listed network has a definition, and the other way round', () => {
  expect(NETWORKS.map(({ name }) => name)).toEqual(NETWORK_LIST.map(({ name }) => name));
  const names = NETWORKS.map(({ name }) => name);
  expect(names).toEqual([...names].sort());
});

test.each(NETWORKS.map((network) => [network.name, network] as const))(
  '%s opens what it created as the same network',
  (_, network) => {
    const created = network.create(size);
    const { weights, shape, side } = begun(created);
    expect(shape).toEqual([2, 3, 4 * side, 4 * side]);
    const pair = { msBands: 3, ratio: 4 };
    const opened = network.open(weights, { file: 'w', config: created.config, pair });
    expect(opened.facts).toEqual(created.facts);
    const params = createParams({ weights, file: 'w' });
    opened.build(params, {
      pan: input('pan', [1, 1, 4 * side, 4 * side]),
      ms: input('ms', [1, 3, side, side]),
      lms: input('lms', [1, 3, 4 * side, 4 * side]),
    });
    expect(() => params.finish()).not.toThrow();
  },
);

test.each(NETWORKS.map((network) => [network.name, network] as const))(
  '%s makes its variants',
  (_, network) => {
    for (const { name } of network.variants) {
      expect(begun(network.create({ ...size, variant: name })).shape.slice(0, 2)).toEqual([2, 3]);
    }
  },
);
