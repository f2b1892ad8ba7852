/** A comparison as text: Markdown, LaTeX or CSV. */

import type { CompareCell, CompareTable } from './compare-table.js';

export const TABLE_FORMATS = ['markdown', 'latex', 'csv'] as const;

export type TableFormat = (typeof TABLE_FORMATS)[number];

export function formatTables(tables: readonly CompareTable[], format: TableFormat): string {
  if (format === 'csv') return csv(tables);
  return tables.map(format === 'latex' ? latex : markdown).join('\n\n');
}

const arrow = (direction: 'higher' | 'lower', signs: readonly [string, string]) =>
  direction === 'higher' ? signs[0] : signs[1];

/** What the table shows, in a sentence. */
export function captionOf({ resolution, scenes, over, count }: CompareTable): string {
  const where = scenes.length === 1 ? scenes[0] : `${scenes.length} scenes`;
  const spread =
    count < 2
      ? ''
      : over === 'scenes'
        ? `, mean and deviation over ${count} scenes`
        : `; figures of all pixels, deviation over ${count} windows`;
  return resolution === 'reduced'
    ? `Reduced resolution (Wald's protocol): ${where}${spread}.`
    : `Full resolution: ${where}${spread}.`;
}

function numbers({ mean, deviation }: CompareCell, digits: number, between: string): string {
  if (mean === null) return '';
  const value = mean.toFixed(digits);
  return deviation === null ? value : `${value}${between}${deviation.toFixed(digits)}`;
}

/** Best bold, second underlined. */
function markdown(table: CompareTable): string {
  const { columns, rows } = table;
  const head = columns.map(
    ({ title, direction, unit }) =>
      `${title.replaceAll('_', '\\_')} ${arrow(direction, ['↑', '↓'])}${unit === '' ? '' : ` (${unit})`}`,
  );
  const lines = rows.map(({ method, cells, seconds }) => {
    const shown = cells.map((cell, c) => {
      const text = numbers(cell, columns[c]!.digits, ' ± ');
      if (cell.place === 1) return `**${text}**`;
      return cell.place === 2 ? `<u>${text}</u>` : text || '–';
    });
    return `| ${[method, ...shown, timeText(seconds)].join(' | ')} |`;
  });
  const rule = `|---|${columns.map(() => '---:|').join('')}---:|`;
  return [captionOf(table), '', `| method | ${head.join(' | ')} | seconds |`, rule, ...lines].join(
    '\n',
  );
}

const timeText = (seconds: number) => (Number.isFinite(seconds) ? seconds.toFixed(2) : '–');

/** For booktabs; best bold, second underlined. */
function latex(table: CompareTable): string {
  const { columns, rows } = table;
  const head = columns.map(
    ({ title, direction }) =>
      `${mathTitle(title)} ${arrow(direction, ['$\\uparrow$', '$\\downarrow$'])}`,
  );
  const lines = rows.map(({ method, cells }) => {
    const shown = cells.map((cell, c) => {
      const text = numbers(cell, columns[c]!.digits, ' $\\pm$ ');
      if (cell.place === 1) return `\\textbf{${text}}`;
      return cell.place === 2 ? `\\underline{${text}}` : text || '--';
    });
    return `${[escaped(method), ...shown].join(' & ')} \\\\`;
  });
  return [
    '\\begin{table}',
    '\\centering',
    `\\caption{${escaped(captionOf(table))}}`,
    `\\begin{tabular}{l${'r'.repeat(columns.length)}}`,
    '\\toprule',
    `Method & ${head.join(' & ')} \\\\`,
    '\\midrule',
    ...lines,
    '\\bottomrule',
    '\\end{tabular}',
    '\\end{table}',
  ].join('\n');
}

const escaped = (text: string) => text.replace(/[&%$#_{}]/g, (sign) => `\\${sign}`);

/** D_lambda_K as a symbol with its indices below. */
function mathTitle(title: string): string {
  const [head, ...below] = title.split('_');
  if (below.length === 0) return escaped(title);
  const index = below.join(',').replace('lambda', '\\lambda').replace('rho', '\\rho');
  return `$${head}_{${index}}$`;
}

/** One line a method and resolution; RFC 4180. */
function csv(tables: readonly CompareTable[]): string {
  const keys = [...new Set(tables.flatMap(({ columns }) => columns.map(({ key }) => key)))];
  const head = ['resolution', 'scenes', 'method', ...keys.flatMap((key) => [key, `${key}_sd`])];
  const lines = tables.flatMap(({ resolution, scenes, columns, rows }) =>
    rows.map(({ method, cells, seconds }) => {
      const figures = keys.flatMap((key) => {
        const cell = cells[columns.findIndex((column) => column.key === key)];
        return [cell?.mean ?? '', cell?.deviation ?? ''];
      });
      return [resolution, quoted(scenes.join(' ')), method, ...figures, seconds].join(',');
    }),
  );
  return [[...head, 'seconds'].join(','), ...lines].join('\n');
}

const quoted = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
