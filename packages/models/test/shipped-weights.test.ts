import { existsSync, readFileSync, statSync } from 'node:fs';
import { readSafetensors } from '@bandweave/graph';
import { expect, test } from 'vitest';
import {
  openEnlarger,
  openFusionNetwork,
  SHIPPED_ENLARGERS,
  SHIPPED_WEIGHTS,
  shippedEnlarger,
  shippedWeights,
} from '../src/index.js';

/** Half precision, and a card beside it that names every picture. */
async function expectCard(path: string): Promise<void> {
  const { tensors, metadata } = await readSafetensors(path);
  expect([...tensors.values()].every(({ dtype }) => dtype === 'F16')).toBe(true);
  const card = path.replace(/\.safetensors$/, '.md');
  expect(existsSync(card)).toBe(true);
  const { data } = JSON.parse(metadata.get('bandweave')!) as { data: { name: string }[] };
  for (const { name } of data) expect(readFileSync(card, 'utf8')).toContain(name);
}

test.each(SHIPPED_WEIGHTS.map((one) => [one.file, one] as const))(
  '%s is small, opens as its network and has a card',
  async (_, one) => {
    const { msBands = 5, ratio = 3 } = one;
    const { path } = shippedWeights(one.network, { msBands, ratio })!;
    expect(statSync(path).size).toBeLessThan(400_000);
    const network = await openFusionNetwork(one.network, path, { pair: { msBands, ratio } });
    expect(network.facts).toMatchObject({ msBands, ratio, panBands: 1 });
    await network.close();
    await expectCard(path);
  },
);

test.each(SHIPPED_ENLARGERS.map((one) => [one.file, one] as const))(
  '%s is small, opens as its network and has a card',
  async (_, { network, scale }) => {
    const { path } = shippedEnlarger(network, scale)!;
    expect(statSync(path).size).toBeLessThan(600_000);
    const opened = await openEnlarger(path);
    expect(opened).toMatchObject({ name: network, scale, colors: 3 });
    await opened.close();
    await expectCard(path);
  },
);

test('weights for other bands or another network do not ship', () => {
  expect(shippedWeights('rescnn', { msBands: 17, ratio: 4 })).toBeUndefined();
  expect(shippedWeights('lemamba', { msBands: 4, ratio: 4 })).toBeUndefined();
});
