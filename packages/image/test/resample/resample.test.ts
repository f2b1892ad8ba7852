import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AxisMap,
  borderIndex,
  inputSpan,
  resampleMasked,
  resampleWindow,
  resamplingMap,
  weightSums,
} from '../../src/index.js';

const NAMES = ['nearest', 'bilinear', 'cubic', 'cubicspline', 'lanczos', 'average'] as const;

function square(inputs: number, outputs: number, name: (typeof NAMES)[number], shift = 0) {
  const map = resamplingMap({ inputs, outputs, scale: inputs / outputs, shift }, name);
  return { rows: map, cols: map };
}

function whole(map: AxisMap) {
  return { start: 0, end: map.outputs };
}

describe('resampling', () => {
  test.each(NAMES)('%s keeps a constant', (name) => {
    const maps = square(9, 31, name);
    const out = new Float64Array(31 * 31);
    const band = { data: new Uint16Array(81).fill(700), height: 9, width: 9, row: 0, col: 0 };
    resampleWindow(band, maps, { rows: whole(maps.rows), cols: whole(maps.cols), out });
    expect(out).toBeAllclose(new Float64Array(31 * 31).fill(700), { rtol: 1e-14 });
  });

  test.each(['bilinear', 'cubic'] as const)('%s keeps a ramp away from the edges', (name) => {
    const maps = square(16, 64, name);
    const ramp = Float64Array.from({ length: 256 }, (_, i) => (i % 16) + 3 * Math.floor(i / 16));
    const out = new Float64Array(64 * 64);
    const band = { data: ramp, height: 16, width: 16, row: 0, col: 0 };
    resampleWindow(band, maps, { rows: whole(maps.rows), cols: whole(maps.cols), out });
    for (let r = 8; r < 56; r++) {
      for (let c = 8; c < 56; c++) {
        const expected = (c + 0.5) / 4 - 0.5 + 3 * ((r + 0.5) / 4 - 0.5);
        expect(out[r * 64 + c]).toBeCloseTo(expected, 10);
      }
    }
  });

  test('a window gives the same values as the whole', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...NAMES),
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 1, max: 33 }),
        fc.double({ min: -0.6, max: 0.6, noNaN: true }),
        (name, start, length, shift) => {
          const maps = square(16, 64, name, shift);
          const data = Float64Array.from({ length: 256 }, (_, i) => (i * 7919) % 251);
          const all = new Float64Array(64 * 64);
          const band = { data, height: 16, width: 16, row: 0, col: 0 };
          resampleWindow(band, maps, { rows: whole(maps.rows), cols: whole(maps.cols), out: all });
          const span = { start, end: start + length };
          const need = inputSpan(maps.rows, span);
          const side = need.end - need.start;
          const cut = new Float64Array(side * side);
          for (let y = 0; y < side; y++) {
            for (let x = 0; x < side; x++) {
              cut[y * side + x] = data[(need.start + y) * 16 + need.start + x];
            }
          }
          const out = new Float64Array(length * length);
          const part = { data: cut, height: side, width: side, row: need.start, col: need.start };
          resampleWindow(part, maps, { rows: span, cols: span, out });
          for (let y = 0; y < length; y++) {
            for (let x = 0; x < length; x++) {
              if (out[y * length + x] !== all[(start + y) * 64 + start + x]) return false;
            }
          }
          return true;
        },
      ),
    );
  });

  test('weights sum to one, at edges and beyond them', () => {
    for (const name of NAMES) {
      const map = resamplingMap({ inputs: 7, outputs: 40, scale: 0.25, shift: -1.3 }, name);
      expect(weightSums(map)).toBeAllclose(new Float64Array(40).fill(1), { atol: 1e-12 });
    }
  });

  test('a raster smaller than the kernel can be enlarged', () => {
    const maps = square(2, 8, 'lanczos');
    const out = new Float64Array(64);
    const band = { data: Float64Array.of(1, 1, 1, 1), height: 2, width: 2, row: 0, col: 0 };
    resampleWindow(band, maps, { rows: whole(maps.rows), cols: whole(maps.cols), out });
    expect(out).toBeAllclose(new Float64Array(64).fill(1), { rtol: 1e-14 });
  });

  test('missing pixels take no part and leave no trace where too few are valid', () => {
    const maps = square(8, 32, 'cubic');
    const data = new Float64Array(64).fill(50);
    const mask = new Uint8Array(64).fill(1);
    for (let i = 0; i < 64; i++) {
      if (i % 8 < 4) {
        data[i] = 1e6;
        mask[i] = 0;
      }
    }
    const out = new Float64Array(32 * 32);
    const valid = new Uint8Array(32 * 32).fill(1);
    resampleMasked({ data, mask, height: 8, width: 8, row: 0, col: 0 }, maps, {
      rows: whole(maps.rows),
      cols: whole(maps.cols),
      out,
      valid,
    });
    for (let i = 0; i < out.length; i++) expect(out[i]).toBeCloseTo(valid[i] ? 50 : 0, 9);
    expect(valid[0]).toBe(0);
    expect(valid[31]).toBe(1);
  });

  test('border rules fold any index inside', () => {
    const word = (border: 'replicate' | 'symmetric' | 'circular') =>
      Array.from({ length: 10 }, (_, i) => 'abcd'[borderIndex(i - 3, 4, border)]).join('');
    expect(word('replicate')).toBe('aaaabcdddd');
    expect(word('symmetric')).toBe('cbaabcddcb');
    expect(word('circular')).toBe('bcdabcdabc');
  });
});
