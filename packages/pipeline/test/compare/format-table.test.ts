import { indexInfo } from '@bandweave/metrics';
import { expect, test } from 'vitest';
import type { CompareTable } from '../../src/compare/compare-table.js';
import { formatTables } from '../../src/compare/format-table.js';

const table: CompareTable = {
  resolution: 'full',
  scenes: ['a, b'],
  columns: [
    { ...indexInfo('d_lambda_k')!, digits: 4 },
    { ...indexInfo('hqnr')!, digits: 4 },
  ],
  rows: [
    {
      method: 'gsa',
      cells: [
        { mean: 0.0123, deviation: 0.001, place: 1 },
        { mean: 0.95, deviation: null, place: 2 },
      ],
      seconds: 0.5,
      rank: 1.5,
    },
    {
      method: 'exp',
      cells: [
        { mean: null, deviation: null, place: 0 },
        { mean: 0.96, deviation: null, place: 1 },
      ],
      seconds: Number.NaN,
      rank: 1,
    },
  ],
  over: 'windows',
  count: 4,
};

test('Markdown marks the best in bold and the second by a line', () => {
  const text = formatTables([table], 'markdown');
  expect(text).toContain('| D\\_lambda\\_K ↓ | HQNR ↑ |');
  expect(text).toContain('| gsa | **0.0123 ± 0.0010** | <u>0.9500</u> | 0.50 |');
  expect(text).toContain('| exp | – | **0.9600** | – |');
});

test('LaTeX compiles with booktabs: symbols for distortions, no stray signs', () => {
  const text = formatTables([table], 'latex');
  expect(text).toContain('$D_{\\lambda,K}$ $\\downarrow$');
  expect(text).toContain('gsa & \\textbf{0.0123 $\\pm$ 0.0010} & \\underline{0.9500} \\\\');
  expect(text).not.toMatch(/[^\\$]_(?!\{)/);
});

test('CSV has a line a method and quotes what holds a comma', () => {
  expect(formatTables([table], 'csv').split('\n')).toEqual([
    'resolution,scenes,method,d_lambda_k,d_lambda_k_sd,hqnr,hqnr_sd,seconds',
    'full,"a, b",gsa,0.0123,0.001,0.95,,0.5',
    'full,"a, b",exp,,,0.96,,NaN',
  ]);
});
