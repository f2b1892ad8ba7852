import { describe, expect, test } from 'vitest';
import { applyResponse, curveResponse, findSensor, sensorResponse } from '../src/index.js';

const wavelengths = Array.from({ length: 60 }, (_, k) => 400 + 10 * k);

describe('the response of a sensor by its limits', () => {
  const response = sensorResponse(findSensor('ikonos'), { wavelengths });

  test('rows add up to one and lie inside the limits', () => {
    expect(response.names.length).toBe(4);
    for (const row of response.weights) expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    const [low, high] = findSensor('ikonos').bands[0].range;
    const seen = wavelengths.filter((_, k) => response.weights[0][k] > 0);
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(low - 5);
    expect(Math.max(...seen)).toBeLessThanOrEqual(high + 5);
  });

  test('a cube that it does not see is refused in one line', () => {
    const far = { wavelengths: [2000, 2010, 2020] };
    expect(() => sensorResponse(findSensor('ikonos'), far)).toThrow(/got none in its range/);
  });
});

test('a curve is integrated over each band, gaps in the cube do not widen bands', () => {
  const curve = { names: ['a'], wavelengths: [400, 500, 600], curves: [[0, 1, 0]] };
  const { weights } = curveResponse(curve, { wavelengths: [450, 460, 590], widths: [10, 10, 10] });
  const total = 0.5 + 0.6 + 0.1;
  expect(weights[0][0]).toBeCloseTo(0.5 / total, 6);
  expect(weights[0][1]).toBeCloseTo(0.6 / total, 6);
  const unstated = curveResponse(curve, { wavelengths: [450, 460, 590] }).weights[0];
  expect(unstated[2]).toBeGreaterThan(weights[0][2]);
});

test('a response makes a guide of a cube', () => {
  const cube = { bands: 3, height: 1, width: 2, data: Float64Array.of(1, 2, 3, 4, 5, 6) };
  const guide = applyResponse(cube, { names: ['x'], weights: [[0.5, 0.5, 0]] });
  expect([...guide.data]).toEqual([2, 3]);
  expect(() => applyResponse(cube, { names: ['x'], weights: [[1]] })).toThrow(/for 3 bands, got 1/);
});
