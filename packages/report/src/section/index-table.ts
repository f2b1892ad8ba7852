/** The table of indices: best in bold with a mark, second best underlined, arrows for direction. */

import type { IndexColumn, IndexTable } from '../data.js';
import { escapeHtml, subscripted } from '../escape.js';

/** 1 for the best of a column, 2 for the second, by printed value; EXP takes part like the others. */
export function ranks(values: readonly (number | null)[], better: IndexColumn['better']): number[] {
  const known = [...new Set(values.filter((v): v is number => v !== null && Number.isFinite(v)))];
  known.sort((a, b) => (better === 'higher' ? b - a : a - b));
  return values.map((value) => (value === null ? 0 : known.indexOf(value) + 1));
}

const printed = (value: number, digits: number) => value.toFixed(digits).replace('-', '−');

export function indexTable({ title, note, columns, rows }: IndexTable): string {
  const places = columns.map(({ better, digits = 3 }, c) =>
    ranks(
      rows.map(({ values }) => {
        const value = values[c];
        return value === null || value === undefined ? null : Number(value.toFixed(digits));
      }),
      better,
    ),
  );
  const head = columns
    .map(({ label, better, unit }) => {
      const arrow = better === 'higher' ? '↑' : '↓';
      const words = better === 'higher' ? 'higher is better' : 'lower is better';
      const measure = unit ? ` <span class="unit">${escapeHtml(unit)}</span>` : '';
      return `<th scope="col">${subscripted(label)}${measure} <span class="arrow" title="${words}" aria-label="${words}">${arrow}</span></th>`;
    })
    .join('');
  const body = rows
    .map(({ name, values }, r) => {
      const cells = columns
        .map(({ digits = 3 }, c) => {
          const value = values[c];
          if (value === null || value === undefined || !Number.isFinite(value)) {
            return '<td class="none">–</td>';
          }
          const place = rows.length > 1 ? places[c]![r]! : 0;
          const mark = place === 1 ? 'best' : place === 2 ? 'second' : '';
          return `<td${mark ? ` class="${mark}"` : ''}>${printed(value, digits)}</td>`;
        })
        .join('');
      return `<tr><th scope="row">${escapeHtml(name)}</th>${cells}</tr>`;
    })
    .join('');
  return (
    `<figure class="table"><figcaption><b>${escapeHtml(title)}</b>${note ? ` ${escapeHtml(note)}` : ''}</figcaption>` +
    `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(title)}"><table><thead><tr><th scope="col">Method</th>${head}</tr></thead>` +
    `<tbody>${body}</tbody></table></div></figure>`
  );
}
