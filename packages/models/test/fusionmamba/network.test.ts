import { compile, createParams, createSession, input, random } from '@bandweave/graph';
import { expect, test } from 'vitest';
import {
  configFromStateDict,
  FUSIONMAMBA_WV3,
  type FusionMambaConfig,
  fusionMamba,
  hyperspectralConfig,
} from '../../src/fusionmamba/index.js';

function traced(config: FusionMambaConfig, [h, w]: [number, number]) {
  const params = createParams({ seed: 1 });
  const { ratio, msBands, panBands } = config;
  const ms = input('ms', [1, msBands, h, w]);
  const pan = input('pan', [1, panBands, h * ratio, w * ratio]);
  return { params, output: fusionMamba(config).build(params, { ms, pan }) };
}

const countOf = (params: ReturnType<typeof createParams>) =>
  params.entries().reduce((n, e) => n + e.slot.data.length, 0);

test('the networks of 8 and 4 bands have the published numbers of parameters', () => {
  expect(countOf(traced(FUSIONMAMBA_WV3, [4, 4]).params)).toBe(735_401);
  expect(countOf(traced({ ...FUSIONMAMBA_WV3, msBands: 4 }, [4, 4]).params)).toBe(726_181);
});

test('our reading of the hyperspectral form has the published size for 102, 145 and 191 bands', () => {
  for (const msBands of [102, 145, 191]) {
    const config = hyperspectralConfig({ panBands: 1, msBands, ratio: 4 });
    const count = countOf(traced(config, [4, 4]).params);
    expect(count).toBeGreaterThan(435_000);
    expect(count).toBeLessThan(515_000);
  }
});

test.each([
  [{ ...hyperspectralConfig({ panBands: 3, msBands: 7, ratio: 4 }), dim: 4 }, [2, 2]],
  [{ dim: 4, panBands: 1, msBands: 2, ratio: 4, fusion: 'concat' }, [2, 2]],
  [{ dim: 8, panBands: 1, msBands: 2, ratio: 4, fusion: 'cross-attention' }, [2, 2]],
  [{ dim: 16, panBands: 1, msBands: 3, ratio: 2 }, [4, 6]],
  [{ dim: 16, panBands: 2, msBands: 5, ratio: 4 }, [2, 3]],
] as [FusionMambaConfig, [number, number]][])(
  '%j runs at %j and reads its configuration back',
  async (config, size) => {
    const { params, output } = traced(config, size);
    expect(configFromStateDict(params.stateDict())).toEqual(config);
    const session = await createSession(compile({ output }, { weights: 'initializers' }), {
      threads: 1,
    });
    const source = random(2);
    const feeds = Object.fromEntries(
      session.inputs.map(({ name, shape }) => [
        name,
        Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => source.uniform()),
      ]),
    );
    const { output: y } = await session.run(feeds);
    await session.close();
    expect(y.shape).toEqual([1, config.msBands, size[0] * config.ratio, size[1] * config.ratio]);
    expect((y.data as Float32Array).every(Number.isFinite)).toBe(true);
  },
);

test('weights of another network are refused with the names that differ', () => {
  const { params } = traced({ ...FUSIONMAMBA_WV3, dim: 16 }, [4, 4]);
  const weights = new Map(params.stateDict());
  weights.delete('stage4.out_proj.bias');
  weights.set('extra', { shape: [1], data: new Float32Array(1) });
  const loading = createParams({ weights, file: 'my.safetensors' });
  const config = configFromStateDict(weights);
  fusionMamba(config).build(loading, {
    ms: input('ms', [1, 8, 4, 4]),
    pan: input('pan', [1, 1, 16, 16]),
  });
  expect(() => loading.finish()).toThrow(
    'my.safetensors: expected the weights of this network, got weights of another network: stage4.out_proj.bias missing, extra unexpected',
  );
  expect(() => configFromStateDict(new Map())).toThrow('weights of another network');
});

test('sizes that do not belong together are refused', () => {
  const build = (ms: number[], pan: number[]) =>
    fusionMamba(FUSIONMAMBA_WV3).build(createParams(), {
      ms: input('ms', ms),
      pan: input('pan', pan),
    });
  expect(() => build([1, 8, 4, 4], [1, 1, 16, 20])).toThrow('fusionMamba: expected ms [b,8,h,w]');
  expect(() => build([1, 4, 4, 4], [1, 1, 16, 16])).toThrow('got [1,4,4,4] and [1,1,16,16]');
});
