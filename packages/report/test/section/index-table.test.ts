import { expect, test } from 'vitest';
import { indexTable, ranks } from '../../src/section/index-table.js';

test('ranks follow the direction, share places and pass over what is missing', () => {
  expect(ranks([0.8, 0.9, null, 0.9], 'higher')).toEqual([2, 1, 0, 1]);
  expect(ranks([3, 1, 2], 'lower')).toEqual([3, 1, 2]);
});

test('the table marks best and second, and sets subscripts', () => {
  const html = indexTable({
    title: 'Figures',
    columns: [{ label: 'D_lambda', better: 'lower', digits: 2 }],
    rows: [
      { name: 'a', values: [0.101] },
      { name: 'b', values: [0.2] },
      { name: 'c', values: [0.099] },
    ],
  });
  expect(html).toContain('D<sub>λ</sub>');
  expect(html).toContain('↓');
  // 0.101 and 0.099 print alike, so both are best
  expect(html.match(/class="best">0\.10</g)).toHaveLength(2);
  expect(html.match(/class="second">0\.20</g)).toHaveLength(1);
});
