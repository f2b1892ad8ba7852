import { expect, test } from 'vitest';
import { InputError } from '../src/errors.js';
import { findSensor, SENSORS, spectralWeights } from '../src/sensors.js';

test.each(SENSORS.map((sensor) => [sensor.name, sensor] as const))('%s is whole', (_, sensor) => {
  const bands = Math.max(1, sensor.bands.length);
  expect(sensor.msGains).toHaveLength(bands);
  for (const gain of [...sensor.msGains, sensor.panGain]) {
    expect(gain).toBeGreaterThan(0);
    expect(gain).toBeLessThan(1);
  }
  if (sensor.bands.length > 0) {
    expect(sensor.bandWeights).toHaveLength(bands);
    expect(sensor.bandWeights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    for (const band of [...sensor.trueColor, ...sensor.falseColor])
      expect(band).toBeLessThan(bands);
  }
});

test('names and aliases are found whatever their case and punctuation, and are unique', () => {
  expect(findSensor('WV3').name).toBe('worldview-3');
  expect(findSensor('GeoEye1').name).toBe('geoeye-1');
  expect(findSensor('Landsat_8').name).toBe('landsat-8');
  expect(findSensor('none').name).toBe('generic');
  const names = SENSORS.flatMap((sensor) => [sensor.name, ...sensor.aliases]);
  expect(new Set(names).size).toBe(names.length);
});

test('an unknown name is refused with the known ones', () => {
  expect(() => findSensor('kompsat')).toThrow(InputError);
  expect(() => findSensor('kompsat')).toThrow(/quickbird.*sentinel-2/);
});

test('weights follow the share of PAN that each band covers', () => {
  const bands = [
    { name: 'a', range: [400, 500] as const },
    { name: 'b', range: [500, 600] as const },
    { name: 'c', range: [1500, 1600] as const },
  ];
  expect(spectralWeights(bands, [450, 600])).toBeAllclose([1 / 3, 2 / 3, 0], { atol: 1e-12 });
  expect(spectralWeights(bands)).toBeAllclose([1 / 3, 1 / 3, 1 / 3], { atol: 1e-12 });
});
