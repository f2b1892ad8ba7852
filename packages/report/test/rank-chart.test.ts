import { expect, test } from 'vitest';
import { rankChart } from '../src/chart/rank-chart.js';

const entries = [
  { name: 'exp', value: 0.6, deviation: 0.1 },
  { name: 'gsa', value: 0.9 },
  { name: 'a<b', value: Number.NaN },
  { name: 'fs', value: 0.8 },
];
const order = (svg: string) => [...svg.matchAll(/class="rank"[^>]*>([^<]+)</g)].map(([, n]) => n);

test('the best stands above, figures that are none are left out', () => {
  expect(order(rankChart({ title: 'Q2n', entries, better: 'higher' }))).toEqual([
    'gsa',
    'fs',
    'exp',
  ]);
  expect(order(rankChart({ title: 'SAM', entries, better: 'lower' }))).toEqual([
    'exp',
    'fs',
    'gsa',
  ]);
});

test('dots lie in the order of their figures, with a line for the deviation', () => {
  const svg = rankChart({ title: 'Q2n', entries, better: 'higher' });
  const places = [...svg.matchAll(/cx="([\d.]+)"/g)].map(([, x]) => Number(x));
  expect(places).toEqual([...places].sort((a, b) => b - a));
  expect(svg.match(/line truth/g)).toHaveLength(1);
});

test('nothing to rank gives nothing', () => {
  expect(rankChart({ title: '', entries: [], better: 'higher' })).toBe('');
});
