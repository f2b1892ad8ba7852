import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createParams, input, type StateDict } from '@bandweave/graph';
import { findNetwork } from '@bandweave/models';
// Batches come from a thread that loads compiled files, so this tests the build.
import { settingsFor, train } from '@bandweave/training';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { madeScene } from './made-scene.js';

const network = findNetwork('ssdiff')!;
const scenes = [madeScene()];
const created = network.create({ panBands: 1, msBands: 3, ratio: 4 });
const common = { batch: 2, patch: 16, threads: 1, holdBack: 0, ema: 0, keep: 'last' } as const;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bandweave-branches-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Weights as training begins with, away from zeros that would hide gradients. */
function begun(): StateDict {
  const params = createParams({ seed: 2 });
  created.sampling!.evaluate(params, {
    pan: input('pan', [1, 1, 8, 8]),
    ms: input('ms', [1, 3, 2, 2]),
    lms: input('lms', [1, 3, 8, 8]),
    state: input('state', [1, 3, 8, 8]),
    time: input('time', [1]),
  });
  const zero = (data: Float32Array) => data.every((v) => v === 0);
  return new Map(
    [...params.stateDict()].map(([name, { shape, data }]) => [
      name,
      { shape, data: zero(data) ? data.map((_, i) => 0.02 * Math.sin(i)) : data },
    ]),
  );
}

const initial = begun();

async function tuned(name: string, changes: Parameters<typeof settingsFor>[1]) {
  const settings = settingsFor(network, { ...common, branchWise: true, ...changes });
  const from = { weights: initial, network: created };
  return train(network, scenes, { settings, folder: join(folder, name), from });
}

/** Names whose values are not those that training began with, to the bit. */
const changedOf = (weights: StateDict) =>
  [...weights].filter(([name, { data }]) => {
    const before = initial.get(name)!.data as Float32Array;
    return (data as Float32Array).some((v, i) => v !== before[i]);
  });

const [spatial, spectral] = created.branches!;

test('in its turn a branch alone changes, and what both share stays to the bit', async () => {
  const { weights: first } = await tuned('one', { steps: 1, branchSteps: 1 });
  const names = changedOf(first).map(([name]) => name);
  expect(names.length).toBeGreaterThan(20);
  expect(names.every(spatial.owns)).toBe(true);
}, 120_000);

test('no parameter belongs to both branches, and what both share is in neither', () => {
  const names = [...initial.keys()];
  expect(names.filter((name) => spatial.owns(name) && spectral.owns(name))).toEqual([]);
  const shared = names.filter((name) => !spatial.owns(name) && !spectral.owns(name));
  expect(new Set(shared.map((name) => name.replace(/\d.*|\..*/, '')))).toEqual(
    new Set(['time_embed', 'down', 'up', 'fusformer', 'to_hrms']),
  );
});

test('a low rank changes linear maps alone and is worked in: as many parameters as before', async () => {
  const result = await tuned('rank', { steps: 2, branchSteps: 1, rank: 2, lr: 1e-2 });
  expect([...result.weights.keys()].sort()).toEqual([...initial.keys()].sort());
  const count = (weights: StateDict) =>
    [...weights].reduce((n, [, { data }]) => n + data.length, 0);
  expect(count(result.weights)).toBe(count(initial));
  expect(result.parameters).toBe(count(initial));
  const changed = changedOf(result.weights);
  expect(changed.length).toBeGreaterThan(10);
  expect(changed.some(([name]) => spectral.owns(name))).toBe(true);
  expect(changed.every(([name]) => spatial.linear(name) || spectral.linear(name))).toBe(true);
  for (const [name, { shape, data }] of changed) {
    const before = initial.get(name)!.data as Float32Array;
    const change = Float64Array.from(data as Float32Array, (v, i) => v - before[i]);
    expect(rankOf(change, shape[0], shape[1])).toBeLessThanOrEqual(2);
  }
}, 120_000);

/** By elimination with pivots; what rounding leaves counts as zero. */
function rankOf(values: Float64Array, rows: number, cols: number): number {
  const m = values.slice();
  const tiny = Math.max(1e-3 * Math.max(...m.map(Math.abs)), 1e-6);
  let rank = 0;
  for (; rank < Math.min(rows, cols); rank++) {
    let [top, left, most] = [0, 0, 0];
    for (let r = rank; r < rows; r++) {
      for (let c = rank; c < cols; c++) {
        if (Math.abs(m[r * cols + c]) > most) {
          [top, left, most] = [r, c, Math.abs(m[r * cols + c])];
        }
      }
    }
    if (most <= tiny) break;
    for (let c = 0; c < cols; c++) {
      [m[rank * cols + c], m[top * cols + c]] = [m[top * cols + c], m[rank * cols + c]];
    }
    for (let r = 0; r < rows; r++) {
      [m[r * cols + rank], m[r * cols + left]] = [m[r * cols + left], m[r * cols + rank]];
    }
    for (let r = rank + 1; r < rows; r++) {
      const f = m[r * cols + rank] / m[rank * cols + rank];
      for (let c = rank; c < cols; c++) m[r * cols + c] -= f * m[rank * cols + c];
    }
  }
  return rank;
}

test('networks without branches refuse, and a rank without branches does', async () => {
  const other = findNetwork('rescnn')!;
  const settings = settingsFor(other, { ...common, branchWise: true, steps: 1 });
  await expect(train(other, scenes, { settings, folder: join(folder, 'refused') })).rejects.toThrow(
    '--branch-wise: expected a network of two branches',
  );
  expect(() => settingsFor(network, { rank: 2 })).toThrow('expected --branch-wise yes');
});
