import { compile, createParams, createSession, input, random } from '@bandweave/graph';
import { expect, test } from 'vitest';
import {
  CANNET_WV3,
  canNet,
  clusteringOfEpoch,
  createAssignmentCache,
} from '../../src/cannet/index.js';

test('clusters are found again ever more rarely', () => {
  const epochs = Array.from({ length: 500 }, (_, i) => i + 1);
  const again = epochs.filter((epoch) => clusteringOfEpoch(epoch) === 'again');
  expect(again).toEqual([
    ...[2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
    ...[120, 140, 160, 180, 200, 220, 240, 260, 280, 300, 350, 400, 450, 500],
  ]);
  expect(epochs.filter((epoch) => clusteringOfEpoch(epoch) === 'image')).toEqual([1]);
});

test('images come back in the order asked for', () => {
  const cache = createAssignmentCache();
  cache.write([7, 3], [Uint8Array.of(1, 2, 3, 4), [5n, 6n]]);
  expect(cache.read([3, 7])).toEqual([BigInt64Array.of(3n, 4n, 1n, 2n), BigInt64Array.of(6n, 5n)]);
  expect(() => cache.read([3, 8])).toThrow('cannet: expected clusters of image 8');
});

test('clusters given or begun with lead to the image that they were found on', async () => {
  const config = { ...CANNET_WV3, channels: 4, msBands: 2, clusters: 3, threshold: 0 };
  const params = createParams({ seed: 2 });
  const [b, side] = [2, 16];
  const inputs = { pan: input('pan', [b, 1, side, side]), lms: input('lms', [b, 2, side, side]) };
  const levels = [0, 1, 2].map((k) => input(`l${k}`, [b, (side / 2 ** k) ** 2], 'int64'));
  const run = async (
    { output, clusters: [found0, found1, found2] }: ReturnType<typeof canNet>,
    feeds: Record<string, Float32Array | BigInt64Array>,
  ) => {
    const outputs = { output, found0, found1, found2 };
    const session = await createSession(compile(outputs, { weights: 'initializers' }), {
      threads: 1,
    });
    const out = await session.run(feeds);
    await session.close();
    return out;
  };
  const source = random(4);
  const noise = (n: number) => Float32Array.from({ length: n }, () => source.uniform());
  const feeds = { pan: noise(b * side * side), lms: noise(2 * b * side * side) };
  const fresh = await run(canNet(config, params, inputs), feeds);
  const cache = createAssignmentCache();
  const found = [fresh.found0, fresh.found1, fresh.found2].map(({ data }) => data as BigInt64Array);
  cache.write([0, 1], found);
  const [l0, l1, l2] = cache.read([0, 1]);
  const given = await run(
    canNet(config, params, { ...inputs, clustering: { kind: 'given', levels } }),
    {
      ...feeds,
      l0,
      l1,
      l2,
    },
  );
  expect(given.output.data).toBeAllclose(fresh.output.data as Float32Array, { atol: 1e-6 });
  const again = await run(
    canNet(config, params, { ...inputs, clustering: { kind: 'again', levels } }),
    {
      ...feeds,
      l0,
      l1,
      l2,
    },
  );
  // Lloyd's rounds ended where few samples moved: as few move when they go on.
  const moved = found[0].reduce((n, k, i) => n + (k === again.found0.data[i] ? 0 : 1), 0);
  expect(moved / found[0].length).toBeLessThan(0.05);
});
