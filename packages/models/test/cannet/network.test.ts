import { compile, createParams, createSession, input, random } from '@bandweave/graph';
import { expect, test } from 'vitest';
import { CANNET_WV3, type CanNetConfig, canNet, canNetConfigFrom } from '../../src/cannet/index.js';

function traced(config: CanNetConfig, [b, h, w]: readonly [number, number, number]) {
  const params = createParams({ seed: 1 });
  const pan = input('pan', [b, config.panBands, h, w]);
  const lms = input('lms', [b, config.msBands, h, w]);
  return { params, ...canNet(config, params, { pan, lms }) };
}

const countOf = (config: CanNetConfig) =>
  traced(config, [1, 8, 8])
    .params.entries()
    .reduce((n, e) => n + e.slot.data.length, 0);

test('the networks of 8 and 4 bands have the published numbers of parameters', () => {
  expect(countOf(CANNET_WV3)).toBe(787_426);
  expect(countOf({ ...CANNET_WV3, msBands: 4 })).toBe(785_118);
});

const small = { ...CANNET_WV3, channels: 4, msBands: 3, clusters: 5, threshold: 0.05 };

test.each([
  [small, [2, 8, 12]],
  [{ ...small, panBands: 2, msBands: 5, clusters: 3 }, [1, 12, 8]],
  [{ ...small, adaption: 'image' }, [2, 8, 8]],
  [{ ...small, adaption: 'pixel' }, [1, 8, 8]],
  [{ ...small, adaption: 'none' }, [1, 8, 8]],
] as [CanNetConfig, [number, number, number]][])(
  '%j runs at %j and reads its configuration back',
  async (config, [b, h, w]) => {
    const { params, output } = traced(config, [b, h, w]);
    const { ratio, clusters, threshold, adaption } = config;
    const untold = adaption === 'none' ? {} : { adaption };
    expect(canNetConfigFrom(params.stateDict(), { ratio, clusters, threshold, ...untold })).toEqual(
      config,
    );
    const session = await createSession(compile({ output }, { weights: 'initializers' }), {
      threads: 1,
    });
    const source = random(2);
    const feed = (bands: number) =>
      Float32Array.from({ length: b * bands * h * w }, () => source.uniform());
    const { output: y } = await session.run({
      pan: feed(config.panBands),
      lms: feed(config.msBands),
    });
    await session.close();
    expect(y.shape).toEqual([b, config.msBands, h, w]);
    expect((y.data as Float32Array).every(Number.isFinite)).toBe(true);
  },
);

test('weights of another network are refused', () => {
  expect(() => canNetConfigFrom(new Map(), { file: 'w.pth' })).toThrow(
    'w.pth: expected weights of CANNet with head_conv.weight of four axes, got none',
  );
});

test('sizes that do not belong together are refused', () => {
  const build = (pan: number[], lms: number[]) =>
    canNet(CANNET_WV3, createParams(), { pan: input('pan', pan), lms: input('lms', lms) });
  expect(() => build([1, 1, 8, 10], [1, 8, 8, 10])).toThrow('canNet: expected lms [b,8,h,w]');
  expect(() => build([1, 1, 8, 8], [1, 4, 8, 8])).toThrow('got [1,4,8,8] and [1,1,8,8]');
});
