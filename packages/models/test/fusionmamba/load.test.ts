import { createParams, input, random } from '@bandweave/graph';
import { afterAll, expect, test } from 'vitest';
import { fusionMamba, loadFusionMamba } from '../../src/fusionmamba/index.js';

const config = { dim: 16, panBands: 1, msBands: 3, ratio: 3 };

function weights() {
  const params = createParams({ seed: 4 });
  const [ms, pan] = [input('ms', [1, 3, 4, 4]), input('pan', [1, 1, 12, 12])];
  fusionMamba(config).build(params, { ms, pan });
  return params.stateDict();
}

function raster(bands: number, height: number, width: number) {
  const source = random(bands);
  const data = Float32Array.from({ length: bands * height * width }, () => source.uniform());
  return { bands, height, width, data };
}

const runner = loadFusionMamba(weights(), { threads: 1 });
afterAll(() => runner.close());

test('windows that are no multiple of four are filled up and cut again', async () => {
  expect(runner.config).toEqual(config);
  const fused = await runner.fuse({ pan: raster(1, 15, 12), ms: raster(3, 5, 4) });
  expect([fused.bands, fused.height, fused.width, fused.data.length]).toEqual([3, 15, 12, 540]);
  expect(fused.data.every(Number.isFinite)).toBe(true);
});

test('other bands than the weights have are refused', async () => {
  await expect(runner.fuse({ pan: raster(1, 12, 12), ms: raster(4, 4, 4) })).rejects.toThrow(
    'fusionmamba: expected pan [1,3h,3w] and ms [3,h,w], got [1,12,12] and [4,4,4]',
  );
});

test('a window is given up on request', async () => {
  const inputs = { pan: raster(1, 12, 12), ms: raster(3, 4, 4) };
  await expect(runner.fuse(inputs, { signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow(
    'no',
  );
});

test('incomplete weights are refused before anything runs', () => {
  const cut = new Map(weights());
  cut.delete('spe_attn.block.3.bias');
  expect(() => loadFusionMamba(cut, { file: 'w.pth' })).toThrow(
    'w.pth: expected the weights of this network',
  );
});
