import { PLAIN } from '@bandweave/models';
import { describe, expect, test } from 'vitest';
import { drawVariation, NO_AUGMENTATION } from '../src/data/augmentation.js';
import { batchMaker } from '../src/data/batch.js';
import { renderScene } from '../src/data/rendition.js';
import { trainingScene } from '../src/data/scene.js';
import { madeScene } from './made-scene.js';

const still = { uniform: () => 0, normal: () => 0 };

/** A guide of two bands: the scene's PAN, and its first band. */
function guided() {
  const { pan, reference, ...facts } = madeScene();
  const size = pan.height * pan.width;
  const data = new Float32Array(2 * size);
  data.set(pan.data);
  data.set(reference.data.subarray(0, size), size);
  return trainingScene({ ...facts, pan: { ...pan, bands: 2, data }, reference });
}

describe('a guide of several bands', () => {
  const scene = guided();
  const variation = drawVariation(NO_AUGMENTATION, scene.gains, still);

  test('is standardised band by band', () => {
    const made = renderScene(scene, variation, { ...PLAIN, normalise: 'scene' });
    const size = made.pan.height * made.pan.width;
    for (const band of [0, 1]) {
      const values = made.pan.data.subarray(band * size, (band + 1) * size);
      const mean = values.reduce((a, b) => a + b, 0) / size;
      const square = values.reduce((a, b) => a + b * b, 0) / size;
      expect(mean).toBeCloseTo(0, 4);
      expect(square).toBeCloseTo(1, 3);
    }
  });

  test('as the base it comes nearer to the reference than enlargement', () => {
    const off = (base: string) => {
      const { lms, target } = renderScene(scene, variation, { ...PLAIN, base });
      return lms.data.reduce((sum, value, i) => sum + (value - target.data[i]) ** 2, 0);
    };
    expect(off('mtf-glp-fs')).toBeLessThan(0.5 * off('exp'));
  });

  test('patches hold all its bands', () => {
    const plan = {
      batch: 2,
      patch: 16,
      renew: 10,
      seed: 1,
      augmentation: NO_AUGMENTATION,
      preparation: PLAIN,
    };
    const batch = batchMaker([scene], plan).at(0);
    expect(batch.pan.length).toBe(2 * 2 * 256);
    // The second band is the target's first.
    expect(batch.pan[256]).toBeCloseTo(batch.target[0], 6);
  });
});
