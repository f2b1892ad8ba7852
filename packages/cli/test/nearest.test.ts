import { expect, test } from 'vitest';
import { nearest } from '../src/nearest.js';

test.each([
  ['fues', ['fuse', 'info'], 'fuse'],
  ['mtf-glp-sf', ['mtf-glp-fs', 'mtf-glp-hpm', 'exp'], 'mtf-glp-fs'],
  ['GSA', ['gs', 'gsa'], 'gsa'],
  ['wordlview-3', ['worldview-2', 'worldview-3'], 'worldview-3'],
])('%s was meant as one of %j', (word, names, expected) => {
  expect(nearest(word, names)).toBe(expected);
});

test('nothing is suggested for a word that resembles no name', () => {
  expect(nearest('upholstery', ['fuse', 'info'])).toBeUndefined();
});
