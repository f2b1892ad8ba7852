import type { Raster } from '@bandweave/image';
import { describe, expect, test } from 'vitest';
import { findMethod, fuseArrays, METHODS } from '../src/index.js';

const RATIO = 4;
const SIDE = 40;
const FINE = SIDE * RATIO;
const SHARES = [0.5, 1, 1.5];

/** Ground of one colour whose brightness waves slowly: no method has reason to change the colour. */
function ground(): { pan: Raster<Float64Array>; ms: Raster<Float64Array> } {
  const light = (y: number, x: number) => 600 + 40 * Math.sin(y / 40) + 30 * Math.cos(x / 35);
  const pan = new Float64Array(FINE * FINE);
  for (let p = 0; p < pan.length; p++) pan[p] = light(Math.floor(p / FINE), p % FINE);
  const ms = new Float64Array(SHARES.length * SIDE * SIDE);
  SHARES.forEach((share, k) => {
    for (let p = 0; p < SIDE * SIDE; p++) {
      const y = RATIO * Math.floor(p / SIDE) + 1.5;
      const x = RATIO * (p % SIDE) + 1.5;
      ms[k * SIDE * SIDE + p] = share * light(y, x);
    }
  });
  return {
    pan: { bands: 1, height: FINE, width: FINE, data: pan },
    ms: { bands: SHARES.length, height: SIDE, width: SIDE, data: ms },
  };
}

/** Strikes out a disc and a corner and puts `rubbish` there, as nodata values are. */
function holed<T extends Raster>(image: T, rubbish: number): T {
  const { bands, height, width } = image;
  const data = image.data.slice();
  const mask = new Uint8Array(height * width).fill(1);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const disc = Math.hypot(y / height - 0.55, x / width - 0.6) < 0.12;
      if (!disc && y / height + x / width > 0.25) continue;
      mask[y * width + x] = 0;
      for (let k = 0; k < bands; k++) data[k * height * width + y * width + x] = rubbish;
    }
  }
  return { ...image, data, mask };
}

describe.each(METHODS.map(({ name }) => name))('%s', (name) => {
  test.each([
    ['PAN', 0],
    ['PAN', 60000],
    ['MS', 0],
    ['MS', 60000],
    ['both', -9999],
  ] as const)(
    'with holes in %s, filled with %i, keeps the colour up to their edge',
    (where, rubbish) => {
      const { pan, ms } = ground();
      const pair = {
        pan: where === 'MS' ? pan : holed(pan, rubbish),
        ms: where === 'PAN' ? ms : holed(ms, rubbish),
      };
      const { data, mask } = fuseArrays(pair, findMethod(name));
      expect(data.some(Number.isNaN)).toBe(false);
      expect(mask?.includes(0)).toBe(true);
      let worst = 0;
      for (let p = 0; p < FINE * FINE; p++) {
        if (mask?.[p] === 0) continue;
        SHARES.forEach((share, k) => {
          const away = Math.abs(data[k * FINE * FINE + p] / (share * pan.data[p]) - 1);
          worst = Math.max(worst, away);
        });
      }
      // The ground's own waves are 10 % strong; a seam of rubbish would be ten times that.
      expect(worst).toBeLessThan(0.04);
    },
  );
});
