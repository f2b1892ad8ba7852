import { expect, test } from 'vitest';
import { table } from '../src/table.js';

test('columns of numbers are set right, words left, with a rule under the header', () => {
  const rows = [
    ['exp', 0.61234, 12],
    ['mtf-glp-fs', 0.9, 7],
  ];
  expect(table(['method', 'Q2n', 'n'], rows)).toBe(
    [
      'method         Q2n   n',
      '----------  ------  --',
      'exp         0.6123  12',
      'mtf-glp-fs  0.9000   7',
    ].join('\n'),
  );
});
