import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planMemory } from '../src/memory-plan.js';

const MIB = 2 ** 20;
const scene = { bands: 4, dataType: 'uint16', tile: 256 } as const;

test('areas are whole tiles and their copies fit into the memory that is given', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 256, max: 60000 }),
      fc.integer({ min: 256, max: 60000 }),
      fc.integer({ min: 512, max: 8192 }),
      fc.integer({ min: 1, max: 16 }),
      (width, height, megabytes, threads) => {
        const plan = planMemory({ ...scene, width, height, memory: megabytes * MIB, threads });
        const { area } = plan;
        const bytes = area.height * area.width * (scene.bands + 1) * 2;
        return (
          area.height % 256 === 0 &&
          area.width % 256 === 0 &&
          plan.threads >= 1 &&
          plan.threads <= threads &&
          plan.threads * 4 * bytes <= megabytes * MIB
        );
      },
    ),
  );
});

test('a network takes as many workers as its windows leave room for', () => {
  const request = { ...scene, width: 9000, height: 9000, threads: 8 };
  expect(planMemory({ ...request, memory: 4096 * MIB }).threads).toBe(8);
  const pixelsAtOnce = 256 ** 2;
  expect(planMemory({ ...request, memory: 4096 * MIB, pixelsAtOnce }).threads).toBe(3);
  expect(planMemory({ ...request, memory: 1024 * MIB, pixelsAtOnce }).threads).toBe(1);
});

test('every worker has a few areas', () => {
  const plan = planMemory({ ...scene, width: 4096, height: 4096, threads: 2, memory: 2048 * MIB });
  const areas = Math.ceil(4096 / plan.area.height) * Math.ceil(4096 / plan.area.width);
  expect(areas).toBeGreaterThanOrEqual(8);
});
