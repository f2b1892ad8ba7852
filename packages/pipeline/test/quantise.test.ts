import { expect, test } from 'vitest';
import { quantiseInto } from '../src/quantise.js';

function run(
  values: number[],
  options: { dataType: 'uint16' | 'int16' | 'float32' | 'uint8' } & Record<string, unknown>,
) {
  const kinds = {
    uint8: Uint8Array,
    uint16: Uint16Array,
    int16: Int16Array,
    float32: Float32Array,
  };
  const data = new kinds[options.dataType](values.length);
  const target = { data, height: 1, width: values.length, row: 0, col: 0 };
  quantiseInto(target, Float64Array.from(values), {
    bands: [0],
    height: 1,
    width: values.length,
    ...options,
  });
  return [...data];
}

test('integers are rounded half up and clamped to the type or the bits', () => {
  expect(run([-3, 0.49, 0.5, 99.5, 70000], { dataType: 'uint16' })).toEqual([0, 0, 1, 100, 65535]);
  expect(run([2046.6, 5000], { dataType: 'uint16', bitDepth: 11 })).toEqual([2047, 2047]);
  expect(run([-1.5, -40000], { dataType: 'int16' })).toEqual([-1, -32768]);
});

test('valid values are kept off nodata, missing ones are nodata', () => {
  const mask = Uint8Array.of(1, 0, 1);
  expect(run([0, 7, 12], { dataType: 'uint16', nodata: 0, mask })).toEqual([1, 0, 12]);
  expect(run([255, 254, 3], { dataType: 'uint8', nodata: 255 })).toEqual([254, 254, 3]);
  const [moved, missing] = run([-9999, 5], {
    dataType: 'float32',
    nodata: -9999,
    mask: Uint8Array.of(1, 0),
  });
  expect(moved).not.toBe(-9999);
  expect(moved).toBeCloseTo(-9999, 1);
  expect(missing).toBe(-9999);
});

test('NaN becomes nodata in integers', () => {
  expect(run([Number.NaN, 4], { dataType: 'int16', nodata: -1 })).toEqual([-1, 4]);
  expect(run([Number.NaN, 4], { dataType: 'int16' })).toEqual([0, 4]);
  expect(run([Number.NaN, 4], { dataType: 'float32', nodata: 9 })).toEqual([9, 4]);
});

test('bands are chosen and a window goes to its place', () => {
  const data = new Uint8Array(2 * 3 * 4);
  const values = Float32Array.from([1, 2, 3, 4, 5, 6]);
  const target = { data, height: 3, width: 4, row: 1, col: 2 };
  quantiseInto(target, values, { bands: [2, 0], height: 1, width: 2, dataType: 'uint8' });
  expect([...data]).toEqual([
    ...[0, 0, 0, 0, 0, 0, 5, 6, 0, 0, 0, 0],
    ...[0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0],
  ]);
});
