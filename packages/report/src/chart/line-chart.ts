/**
 * Static SVG charts: lines over a grid. Drawn here rather than by a library: the maintained ones
 * draw on a canvas or need a document, and these few elements must work in a file without scripts.
 * Colours come from the page's style sheet by class, so that both colour schemes hold.
 */

import { escapeHtml, short } from '../escape.js';
import { tickLabel, ticks } from './ticks.js';

export interface Series {
  readonly name: string;
  readonly values: ArrayLike<number>;
  /** 'truth' or 's0', 's1', ...: what the style sheet knows. */
  readonly tone: string;
  readonly fill?: boolean;
  readonly dots?: boolean;
}

export interface LineChart {
  /** One for each value of a series. */
  readonly x: ArrayLike<number>;
  readonly series: readonly Series[];
  readonly width?: number;
  readonly height?: number;
  readonly title: string;
  readonly xLabel?: string;
  readonly yLabel?: string;
  /** Ticks on x with their own names; round numbers by default. */
  readonly xTicks?: readonly { readonly at: number; readonly label: string }[];
  /** 'none' leaves the y axis without numbers: shares of a histogram. */
  readonly yTicks?: 'numbers' | 'none';
  readonly yLow?: number;
  readonly look?: 'broad';
}

/** An SVG element with its own title; every name is escaped. */
export function lineChart({
  x,
  series,
  width = 340,
  height = 200,
  title,
  xLabel,
  yLabel,
  xTicks,
  yTicks = 'numbers',
  yLow = 0,
  look,
}: LineChart): string {
  const left = yTicks === 'numbers' ? 44 : 8;
  const frame = { left, right: width - 10, top: 10, bottom: height - (xLabel ? 38 : 24) };
  const finite = series.flatMap((s) => Array.from(s.values).filter(Number.isFinite));
  const highest = Math.max(...finite, yLow + 1e-9);
  const top = yTicks === 'numbers' ? roundUp(highest, yLow) : highest * 1.06;
  const [x0, x1] = [x[0] ?? 0, x[x.length - 1] ?? 1];
  const px = (v: number) => frame.left + ((v - x0) / (x1 - x0 || 1)) * (frame.right - frame.left);
  const py = (v: number) =>
    frame.bottom - ((v - yLow) / (top - yLow || 1)) * (frame.bottom - frame.top);
  const parts: string[] = [];
  if (yTicks === 'numbers') {
    for (const value of ticks(yLow, top, 4)) {
      const y = short(py(value), 1);
      parts.push(`<line class="grid" x1="${frame.left}" x2="${frame.right}" y1="${y}" y2="${y}"/>`);
      parts.push(
        `<text class="tick" x="${frame.left - 6}" y="${y}" dy=".32em" text-anchor="end">${tickLabel(value)}</text>`,
      );
    }
  }
  parts.push(
    `<line class="axis" x1="${frame.left}" x2="${frame.right}" y1="${frame.bottom}" y2="${frame.bottom}"/>`,
  );
  const marks =
    xTicks ?? ticks(x0, x1, width > 300 ? 6 : 4).map((at) => ({ at, label: tickLabel(at) }));
  for (const { at, label } of marks) {
    const place = short(px(at), 1);
    parts.push(
      `<line class="axis" x1="${place}" x2="${place}" y1="${frame.bottom}" y2="${frame.bottom + 4}"/>`,
      `<text class="tick" x="${place}" y="${frame.bottom + 15}" text-anchor="middle">${escapeHtml(label)}</text>`,
    );
  }
  for (const one of series) parts.push(drawSeries(one, { x, px, py, bottom: frame.bottom }));
  if (xLabel) {
    const middle = (frame.left + frame.right) / 2;
    parts.push(
      `<text class="label" x="${middle}" y="${height - 6}" text-anchor="middle">${escapeHtml(xLabel)}</text>`,
    );
  }
  if (yLabel) {
    const middle = (frame.top + frame.bottom) / 2;
    parts.push(
      `<text class="label" transform="translate(10 ${middle}) rotate(-90)" text-anchor="middle">${escapeHtml(yLabel)}</text>`,
    );
  }
  return (
    `<svg class="chart${look ? ` ${look}` : ''}" viewBox="0 0 ${width} ${height}" role="img" xmlns="http://www.w3.org/2000/svg">` +
    `<title>${escapeHtml(title)}</title>${parts.join('')}</svg>`
  );
}

/** The next round number above the data, so that the uppermost grid line holds it. */
function roundUp(highest: number, low: number): number {
  const step = ticks(low, highest, 4);
  const gap = step.length > 1 ? step[1]! - step[0]! : highest - low;
  return low + Math.ceil((highest - low) / gap - 1e-9) * gap;
}

function drawSeries(
  { name, values, tone, fill = false, dots = false }: Series,
  {
    x,
    px,
    py,
    bottom,
  }: {
    x: ArrayLike<number>;
    px: (v: number) => number;
    py: (v: number) => number;
    bottom: number;
  },
): string {
  const points: [number, number][] = [];
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) points.push([px(x[i]!), py(values[i]!)]);
  }
  if (points.length === 0) return '';
  const path = points.map(([u, v]) => `${short(u, 1)},${short(v, 1)}`).join(' ');
  const label = `<title>${escapeHtml(name)}</title>`;
  const area = fill
    ? `<polygon class="area ${tone}" points="${short(points[0]![0], 1)},${bottom} ${path} ${short(points.at(-1)![0], 1)},${bottom}"/>`
    : '';
  const marks = dots
    ? points
        .map(
          ([u, v]) =>
            `<circle class="dot ${tone}" cx="${short(u, 1)}" cy="${short(v, 1)}" r="2.6"/>`,
        )
        .join('')
    : '';
  return `<g>${label}${area}<polyline class="line ${tone}" points="${path}"/>${marks}</g>`;
}
