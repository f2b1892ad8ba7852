import type { Raster } from '@bandweave/image';
import { describe, expect, test } from 'vitest';
import {
  alignedAxis,
  cutWindow,
  type FusionMethod,
  findMethod,
  fuseArrays,
  gather,
  METHODS,
  makeScene,
  msSpans,
  panSpans,
  toolboxAxis,
} from '../src/index.js';

/** Smooth hills with sharp roofs, different in each band, and a PAN that is their mean. */
function pair(ratio: number, side = 20): { pan: Raster<Float64Array>; ms: Raster<Float64Array> } {
  const bands = 3;
  const fine = side * ratio;
  const at = (k: number, y: number, x: number) =>
    300 +
    80 * Math.sin((y + 7 * k) / 9) +
    60 * Math.cos((x - 3 * k) / 7) +
    ((Math.floor(y / 11) + Math.floor(x / 13)) % 2) * (90 + 25 * k);
  const pan = new Float64Array(fine * fine);
  const ms = new Float64Array(bands * side * side);
  for (let y = 0; y < fine; y++) {
    for (let x = 0; x < fine; x++) {
      for (let k = 0; k < bands; k++) {
        const value = at(k, y, x);
        pan[y * fine + x] += value / bands;
        const row = Math.floor(y / ratio);
        const col = Math.floor(x / ratio);
        ms[(k * side + row) * side + col] += value / ratio ** 2;
      }
    }
  }
  return {
    pan: { bands: 1, height: fine, width: fine, data: pan },
    ms: { bands, height: side, width: side, data: ms },
  };
}

/** Fuses window by window, with what each window's own spans say that it needs. */
function fuseInWindows(
  images: ReturnType<typeof pair>,
  method: FusionMethod,
  side: number,
  phase: 'aligned' | 'toolbox' = 'aligned',
): Float64Array {
  const { pan, ms } = images;
  const axis = (phase === 'aligned' ? alignedAxis : toolboxAxis)(pan.height / ms.height);
  const scene = makeScene({
    bands: ms.bands,
    height: pan.height,
    width: pan.width,
    msHeight: ms.height,
    msWidth: ms.width,
    rows: axis,
    cols: axis,
    msGains: [0.3, 0.3, 0.25],
  });
  const size = pan.height * pan.width;
  const out = new Float64Array(ms.bands * size);
  const windows = [];
  for (let row = 0; row < pan.height; row += side) {
    for (let col = 0; col < pan.width; col += side) {
      const spans = {
        rows: { start: row, end: Math.min(pan.height, row + side) },
        cols: { start: col, end: Math.min(pan.width, col + side) },
      };
      const regions = {
        pan: crop(pan, panSpans(spans, scene, method)),
        ms: crop(ms, msSpans(spans, scene, method)),
      };
      windows.push(cutWindow(regions, spans, { scene, method, float: 'float64' }));
    }
  }
  const parameters = gather(method, scene, () => windows);
  for (const window of windows) {
    const fused = new Float64Array(ms.bands * window.height * window.width);
    method.fuse(window, scene, parameters, fused);
    for (let k = 0; k < ms.bands; k++) {
      for (let y = 0; y < window.height; y++) {
        const from = (k * window.height + y) * window.width;
        const to = k * size + (window.rows.start + y) * pan.width + window.cols.start;
        out.set(fused.subarray(from, from + window.width), to);
      }
    }
  }
  return out;
}

function crop(image: Raster<Float64Array>, { rows, cols }: ReturnType<typeof msSpans>) {
  const height = rows.end - rows.start;
  const width = cols.end - cols.start;
  const data = new Float64Array(image.bands * height * width);
  for (let k = 0; k < image.bands; k++) {
    for (let y = 0; y < height; y++) {
      const from = (k * image.height + rows.start + y) * image.width + cols.start;
      data.set(image.data.subarray(from, from + width), (k * height + y) * width);
    }
  }
  const raster: Raster = { bands: image.bands, height, width, data };
  return { raster, row: rows.start, col: cols.start };
}

const STREAMING = METHODS.filter(({ extent }) => extent !== 'scene');

describe.each(STREAMING.map((method) => [method.name, method] as const))('%s', (_, method) => {
  test.each([2, 3, 4])('gives the same image whatever the windows, ratio %i', (ratio) => {
    const images = pair(ratio);
    const whole = fuseInWindows(images, method, 1000);
    expect(fuseInWindows(images, method, 31)).toBeAllclose(whole, { rtol: 1e-9 });
  });

  test('gives the same image whatever the windows, at the phase of the toolbox', () => {
    const images = pair(4);
    const whole = fuseInWindows(images, method, 1000, 'toolbox');
    expect(fuseInWindows(images, method, 33, 'toolbox')).toBeAllclose(whole, { rtol: 1e-9 });
  });
});

describe.each(METHODS.map((method) => [method.name, method] as const))('%s', (_, method) => {
  test('keeps a flat scene flat', () => {
    const images = pair(4);
    images.pan.data.fill(500);
    images.ms.data.fill(500);
    expect(fuseArrays(images, method).data).toBeAllclose(new Float64Array(3 * 80 * 80).fill(500), {
      rtol: 2e-3,
    });
  });

  test('leaves pixels far from a hole alone and never gives NaN', () => {
    const images = pair(4, 32);
    const mask = new Uint8Array(32 * 32).fill(1);
    for (let y = 0; y < 6; y++) for (let x = 0; x < 6; x++) mask[y * 32 + x] = 0;
    const holed = { ...images, ms: { ...images.ms, mask } };
    const scene = fuseArrays(holed, method);
    expect(scene.mask?.[0]).toBe(0);
    expect(scene.mask?.[128 * 128 - 1]).toBe(1);
    expect(scene.data.some(Number.isNaN)).toBe(false);
  });
});

test.each(['gsa', 'mtf-glp-fs', 'mtf-glp-hpm', 'brovey'])(
  '%s brings the image nearer to what PAN saw than enlarging does',
  (name) => {
    const images = pair(4);
    const gray = { pan: images.pan, ms: { ...images.ms, bands: 1, data: mean(images.ms) } };
    const error = (method: string) => {
      const { data } = fuseArrays(gray, findMethod(method));
      return Math.hypot(...data.map((value, i) => value - images.pan.data[i]));
    };
    expect(error(name)).toBeLessThan(0.5 * error('exp'));
  },
);

function mean({ bands, height, width, data }: Raster<Float64Array>): Float64Array {
  const size = height * width;
  return Float64Array.from({ length: size }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < bands; k++) sum += data[k * size + i];
    return sum / bands;
  });
}

test('an unknown method is refused with the names that there are', () => {
  expect(() => findMethod('gsaa')).toThrow(/expected one of exp, .*brovey.*got 'gsaa'/);
});

test('mtf-glp-hpm explodes where the matched PAN comes near zero only as released', () => {
  const images = pair(4);
  // A dark lake in a bright land: the matched PAN crosses zero in it.
  for (let i = 0; i < images.pan.data.length; i++) {
    if (i % 80 < 24) images.pan.data[i] *= 0.02;
  }
  for (let i = 0; i < images.ms.data.length; i++) {
    if (i % 20 < 6) images.ms.data[i] *= 0.05;
    // Stripes that PAN does not show make its matched copy steep.
    else images.ms.data[i] *= Math.floor(i / 100) % 2 === 0 ? 0.1 : 1.9;
  }
  const largest = (mode: 'mended' | 'released') => {
    const { data } = fuseArrays(images, findMethod('mtf-glp-hpm'), { mode });
    return data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  };
  const brightest = Math.max(...images.ms.data);
  expect(largest('mended')).toBeLessThan(3 * brightest);
  expect(largest('released')).toBeGreaterThan(10 * brightest);
});
