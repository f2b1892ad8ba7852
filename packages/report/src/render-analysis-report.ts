/** The page of a frequency analysis: pictures, curves, surface and figures. */

import { lineChart } from './chart/line-chart.js';
import { surfaceChart } from './chart/surface-chart.js';
import type { ReportData } from './data.js';
import { escapeHtml } from './escape.js';
import { figure, header, pageShell, section } from './page/shell.js';
import { base64 } from './picture.js';

export interface AnalysisCurve {
  readonly name: string;
  readonly values: ArrayLike<number>;
}

export interface AnalysisChart {
  readonly title: string;
  readonly x: ArrayLike<number>;
  readonly curves: readonly AnalysisCurve[];
  readonly xLabel: string;
  readonly yLow?: number;
}

export interface AnalysisReportData
  extends Pick<ReportData, 'title' | 'subtitle' | 'facts' | 'generator'> {
  /** PNG files, in the order shown. */
  readonly pictures: readonly { readonly label: string; readonly png: Uint8Array }[];
  readonly charts: readonly AnalysisChart[];
  readonly surface?: {
    readonly title: string;
    readonly values: ArrayLike<number>;
    readonly height: number;
    readonly width: number;
  };
  readonly table: {
    readonly head: readonly string[];
    readonly rows: readonly (readonly string[])[];
  };
  /** What the figures mean, a sentence or two. */
  readonly remark: string;
}

/** The SVG of one chart, curves in the page's colours. */
export function analysisChart({ title, x, curves, xLabel, yLow = 0 }: AnalysisChart): string {
  return lineChart({
    x,
    series: curves.map(({ name, values }, i) => ({ name, values, tone: `s${i + 1}` })),
    title,
    xLabel,
    yLow,
    width: 420,
    height: 250,
  });
}

const legend = (curves: readonly AnalysisCurve[]) =>
  `<ul class="legend">${curves
    .map(
      ({ name }, i) =>
        `<li><svg viewBox="0 0 24 10" aria-hidden="true"><path class="line s${i + 1}" d="M1 5H23"/></svg>${escapeHtml(name)}</li>`,
    )
    .join('')}</ul>`;

/** One self-contained HTML page. */
export async function renderAnalysisReport(data: AnalysisReportData): Promise<string> {
  const { pictures, charts, surface, table, remark } = data;
  const cells = (row: readonly string[], tag: 'td' | 'th') =>
    row.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('');
  return pageShell(data.title, [
    header(data),
    section(
      'Figures',
      escapeHtml(remark),
      `<table><thead><tr>${cells(table.head, 'th')}</tr></thead><tbody>${table.rows
        .map((row) => `<tr>${cells(row, 'td')}</tr>`)
        .join('')}</tbody></table>`,
    ),
    section(
      'Curves',
      'Frequencies in cycles a pixel of the output; .5 is its Nyquist frequency.',
      charts
        .map((chart) => {
          const caption = `<figcaption>${escapeHtml(chart.title)}</figcaption>`;
          return `<figure>${caption}${legend(chart.curves)}${analysisChart(chart)}</figure>`;
        })
        .join('\n'),
    ),
    surface ? section('Impulse response', escapeHtml(surface.title), surfaceChart(surface)) : '',
    pictures.length > 0
      ? section(
          'Pictures',
          'Spectra as log(1 + |F|), dark is low, zero frequency in the middle.',
          `<div class="gallery" style="--cols:3">${pictures
            .map(({ label, png }) => figure(`data:image/png;base64,${base64(png)}`, label))
            .join('\n')}</div>`,
        )
      : '',
    `<footer>${escapeHtml(data.generator ?? 'Made by Bandweave')}</footer>`,
  ]);
}
