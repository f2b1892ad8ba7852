/** The names that the product promises: adding one is a decision, losing one breaks somebody. */
import * as bandweave from 'bandweave';
import * as training from 'bandweave/training';
import { expect, test } from 'vitest';

test('the library exports exactly these names', () => {
  expect(Object.keys(bandweave).sort()).toEqual([
    'InputError',
    'affine',
    'assess',
    'assessFullResolution',
    'assessReference',
    'convertWeights',
    'createGeoTiff',
    'deblurFile',
    'denoiseFile',
    'describe',
    'findMethod',
    'findSensor',
    'fuse',
    'fuseArrays',
    'indexInfo',
    'isInputError',
    'loadStateDict',
    'methods',
    'openRaster',
    'openStateDict',
    'renderFuseReport',
    'renderReport',
    'sensors',
    'simulate',
    'syntheticScene',
    'waldDegrade',
    'writePng',
  ]);
});

test('methods and sensors are lists with names to choose from', () => {
  expect(bandweave.methods.map(({ name }) => name)).toContain('mtf-glp-fs');
  expect(bandweave.sensors.map(({ name }) => name)).toContain('worldview-3');
});

test('training is offered apart, by these names', () => {
  expect(Object.keys(training).sort()).toEqual([
    'adaptNetwork',
    'readTrainingScenes',
    'simulateSet',
    'trainNetwork',
  ]);
});
