import { expect, test } from 'vitest';
import { findMethod, fuseArrays, makeScene, parametersOf, severalMethods } from '../src/index.js';

const raster = (bands: number, height: number, width: number) => ({
  bands,
  height,
  width,
  data: Float64Array.from(
    { length: bands * height * width },
    (_, i) => 200 + 50 * Math.sin(i / 3) + 30 * Math.cos(i / 17) + (i % 11),
  ),
});
const pair = { pan: raster(1, 64, 80), ms: raster(3, 16, 20) };

test('several methods give what each of them gives', () => {
  const names = ['mtf-glp-fs', 'mtf-glp-hpm-h', 'atwt', 'exp'];
  const method = severalMethods(names.join('+'));
  const scene = makeScene({
    bands: 3,
    height: 64,
    width: 80,
    msHeight: 16,
    msWidth: 20,
    rows: { ratio: 4, phase: 1.5 },
    cols: { ratio: 4, phase: 1.5 },
    msGains: [0.3, 0.3, 0.3],
  });
  const sums = method.statistics!.size(scene);
  expect(sums).toBeGreaterThan(findMethod('mtf-glp-fs').statistics!.size(scene));
  const parameters = parametersOf(pair, method) as unknown[];
  names.forEach((name, i) => {
    expect(parameters[i]).toEqual(parametersOf(pair, findMethod(name)));
  });
});

test('one name is that method, and what looks at a scene twice is refused', () => {
  expect(severalMethods('atwt')).toBe(findMethod('atwt'));
  expect(() => severalMethods('atwt+tv')).toThrow(/expected methods that look at a scene once.*tv/);
  expect(() => severalMethods('atwt+awlp+nothing')).toThrow(/nothing/);
  expect(() => severalMethods('atwt+awlp')).toThrow(/continue PAN alike/);
  expect(() => fuseArrays(pair, severalMethods('bdsd'))).toThrow(/bdsd/);
});
