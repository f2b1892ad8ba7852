import { expect, test } from 'vitest';
import { renderCurves } from '../src/render-curves.js';

const points = [
  { step: 0, seconds: 0, q2n: 0.8, sam: 2, ergas: 3, left: 1 },
  { step: 10, seconds: 1, loss: 0.3, lr: 1e-3 },
  { step: 20, seconds: 2, loss: 0.2, lr: 1e-3 },
  { step: 20, seconds: 2, q2n: 0.85, sam: 1.8, ergas: 2.8, left: 0.9 },
];
const page = (state: 'running' | 'ended') =>
  renderCurves({ title: 'Training <of> x', facts: { Seed: '<1>' }, points, state });

test('every quantity that was logged twice gets a chart, and names are escaped', () => {
  const html = page('ended');
  expect(html.match(/<svg class="chart/g)).toHaveLength(6);
  expect(html).toContain('Training &lt;of&gt; x');
  expect(html).not.toContain('<1>');
});

test('a page of a run under way loads itself again, and runs no script', () => {
  expect(page('running')).toContain('http-equiv="refresh"');
  expect(page('ended')).not.toContain('http-equiv="refresh"');
  expect(page('running')).not.toContain('<script');
});
