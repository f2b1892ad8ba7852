import { expect, test } from 'vitest';
import { fitSensor } from '../src/sensor-fit.js';
import { guessSensor } from '../src/sensor-guess.js';
import { findSensor } from '../src/sensors.js';

test.each([
  [{ bands: 8, metadata: { SATELLITE: 'WV02' } }, 'worldview-2', 'metadata'],
  [
    { bands: 4, metadata: { TIFFTAG_IMAGEDESCRIPTION: 'QuickBird, 2005' } },
    'quickbird',
    'metadata',
  ],
  [{ bands: 1, names: ['/data/LC08_L1TP_014032_B4.TIF'] }, 'landsat-8', 'file name'],
  [{ bands: 4, names: ['IMG_PHR1A_MS_2015.tif'] }, 'pleiades', 'file name'],
  [{ bands: 4, names: ['GF2_PMS1_E113.tif'] }, 'gaofen-2', 'file name'],
  [{ bands: 8, ratio: 4, msResolution: 1.2 }, 'worldview-3', '1.2 m'],
  [{ bands: 8, ratio: 4, msResolution: 2 }, 'worldview-2', '2 m'],
  [{ bands: 8, ratio: 4 }, 'worldview-3', 'ratio 4'],
  [{ bands: 4, ratio: 4, msResolution: 2.4, max: 1800 }, 'quickbird', '2.4 m'],
  [{ bands: 4, ratio: 4, msResolution: 6, max: 3000 }, 'spot-6', '6 m'],
  [{ bands: 7, ratio: 2, msResolution: 30, max: 30000 }, 'landsat-8', '30 m'],
  [{ bands: 6, ratio: 2, msResolution: 30, max: 255 }, 'landsat-7', '30 m'],
  [{ bands: 4, ratio: 4 }, 'generic', 'unknown'],
  [{ bands: 5 }, 'generic', '5 bands'],
] as const)('%o is taken for %s', (evidence, name, word) => {
  const { sensor, reason } = guessSensor(evidence);
  expect(sensor.name).toBe(name);
  expect(reason).toContain(word);
});

test('words inside other words name no sensor', () => {
  expect(guessSensor({ bands: 3, names: ['quality_alias_none.tif'] }).sensor.name).toBe('generic');
});

test('bands are matched by name, with gains and colours in the order of the file', () => {
  const quickbird = findSensor('quickbird');
  const fit = fitSensor(quickbird, { bands: 3, bandNames: ['Red', 'green', 'B blue'] });
  expect(fit.msGains).toEqual([0.3, 0.32, 0.34]);
  expect(fit.trueColor).toEqual([0, 1, 2]);
  const landsat = fitSensor(findSensor('landsat-8'), {
    bands: 4,
    bandNames: ['SR_B5', 'SR_B4', 'SR_B3', 'SR_B2'],
  });
  expect(landsat.trueColor).toEqual([1, 2, 3]);
  expect(landsat.falseColor).toEqual([0, 1, 2]);
  expect(landsat.bandWeights[1]).toBeGreaterThan(landsat.bandWeights[0]);
});

test('without names the order of the product counts', () => {
  const fit = fitSensor(findSensor('worldview-2'), { bands: 8 });
  expect(fit.trueColor).toEqual([4, 2, 1]);
  expect(fit.falseColor).toEqual([6, 4, 2]);
  expect(fit.msGains[7]).toBe(0.27);
});

test('unknown bands take the mean gain and equal weights, colours that exist', () => {
  const fit = fitSensor(findSensor('quickbird'), { bands: 6 });
  expect(fit.msGains).toBeAllclose(new Array(6).fill(0.295), { atol: 1e-12 });
  expect(fit.bandWeights).toBeAllclose(new Array(6).fill(1 / 6), { atol: 1e-12 });
  const single = fitSensor(findSensor('generic'), { bands: 1 });
  expect([...single.trueColor, ...single.falseColor]).toEqual([0, 0, 0, 0, 0, 0]);
});
