import { createParams, GraphError, input } from '@bandweave/graph';
import { expect, test } from 'vitest';
import { fusionNet, fusionNetConfig, fusionNetConfigFrom } from '../src/fusionnet/index.js';
import { highPass, panNet, panNetConfig, panNetConfigFrom } from '../src/pannet/index.js';
import { pnn, pnnConfig, pnnConfigFrom, pnnReach } from '../src/pnn/index.js';
import { withoutAliases } from '../src/without-aliases.js';
import { countOf, runRandomly } from './run-graph.js';

function inputs({ bands, ratio = 4, guides = 1 }: Sizes) {
  return {
    ms: input('ms', [1, bands, 4, 5]),
    lms: input('lms', [1, bands, 4 * ratio, 5 * ratio]),
    pan: input('pan', [1, guides, 4 * ratio, 5 * ratio]),
  };
}

interface Sizes {
  readonly bands: number;
  readonly ratio?: number;
  readonly guides?: number;
}

test('networks have the published numbers of parameters', () => {
  const [a, b, c, d] = [0, 1, 2, 3].map(() => createParams());
  pnn(pnnConfig({ msBands: 8 }), a, inputs({ bands: 8 }));
  expect(countOf(a)).toBe(104_360);
  pnn(pnnConfig({ msBands: 4 }), b, inputs({ bands: 4 }));
  expect(countOf(b)).toBe(80_420);
  // The published files hold the four blocks' 73,984 numbers twice: 157,008 and 152,616 in all.
  panNet(panNetConfig({ msBands: 8 }), c, inputs({ bands: 8 }));
  expect(countOf(c)).toBe(157_008 - 73_984);
  fusionNet(fusionNetConfig({ msBands: 8 }), d, inputs({ bands: 8 }));
  expect(countOf(d)).toBe(152_616 - 73_984);
});

test('every network runs with other bands, guides and ratios, and reads its configuration back', async () => {
  const [a, b, c] = [0, 1, 2].map((seed) => createParams({ seed }));
  const guided = inputs({ bands: 3, guides: 2, ratio: 2 });
  const outputs = [
    pnn(pnnConfig({ msBands: 3, panBands: 2 }), a, guided),
    panNet(panNetConfig({ msBands: 3, panBands: 2, ratio: 2 }), b, guided),
    fusionNet(fusionNetConfig({ msBands: 3 }), c, inputs({ bands: 3, ratio: 2 })),
  ];
  for (const output of outputs) {
    expect(output.shape).toEqual([1, 3, 8, 10]);
    expect((await runRandomly(output)).every(Number.isFinite)).toBe(true);
  }
  expect(pnnConfigFrom(a.stateDict())).toEqual(pnnConfig({ msBands: 3, panBands: 2 }));
  expect(panNetConfigFrom(b.stateDict())).toEqual(
    panNetConfig({ msBands: 3, panBands: 2, ratio: 2 }),
  );
  expect(fusionNetConfigFrom(c.stateDict())).toEqual(fusionNetConfig({ msBands: 3 }));
  expect(() => panNetConfigFrom(a.stateDict())).toThrow(GraphError);
});

test('PNN pads by what its three kernels reach', () => {
  expect(pnnReach(pnnConfig({ msBands: 8 }))).toBe(8);
});

test('high frequencies of a constant and of a slope are nothing, away from the border', async () => {
  const x = input('x', [1, 2, 9, 9]);
  const y = highPass(x);
  expect(y.shape).toEqual([1, 2, 9, 9]);
  const { compile, createSession } = await import('@bandweave/graph');
  const session = await createSession(compile({ y }, { weights: 'initializers' }));
  const feed = Float32Array.from({ length: 162 }, (_, i) => (i < 81 ? 5 : (i % 9) + (i % 81) / 9));
  const { y: got } = await session.run({ x: feed });
  await session.close();
  const data = got.data as Float32Array;
  expect(data.slice(0, 81)).toBeAllclose(new Float32Array(81), { atol: 1e-5 });
  const inner = [4 * 9 + 4, 3 * 9 + 4, 4 * 9 + 6].map((i) => data[81 + i]);
  expect(inner).toBeAllclose([0, 0, 0], { atol: 1e-5 });
});

test('second names of the same blocks are left out', () => {
  const one = { shape: [1], data: new Float32Array(1) };
  const weights = new Map([
    ['res1.conv20.weight', one],
    ['backbone.0.conv20.weight', one],
    ['backbone.1.conv20.weight', one],
  ]);
  expect([...withoutAliases(weights).keys()]).toEqual([
    'res1.conv20.weight',
    'backbone.1.conv20.weight',
  ]);
});
