/** The page that shows how training goes: written anew after each line of the log. */

import { lineChart } from './chart/line-chart.js';
import { escapeHtml } from './escape.js';
import { PAGE_STYLE } from './page/style.js';

/** One line of a training log: a mean loss, or indices on parts that are not trained on. */
export interface CurvePoint {
  readonly step: number;
  readonly seconds: number;
  readonly loss?: number;
  readonly lr?: number;
  readonly q2n?: number;
  readonly sam?: number;
  readonly ergas?: number;
  /** Share of the starting image's error that is left. */
  readonly left?: number;
}

export interface CurvesData {
  readonly title: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly points: readonly CurvePoint[];
  /** Indices of the image that training starts from, drawn as a level. */
  readonly start?: { readonly q2n: number; readonly sam: number; readonly ergas: number };
  /** A page of a run under way loads itself again. */
  readonly state: 'running' | 'ended';
}

type Key = 'loss' | 'lr' | 'q2n' | 'sam' | 'ergas' | 'left';

const CHARTS: readonly {
  readonly key: Key;
  readonly title: string;
  readonly from: 'zero' | 'data';
}[] = [
  { key: 'loss', title: 'Loss', from: 'zero' },
  { key: 'left', title: "Share of the start's error that is left", from: 'data' },
  { key: 'q2n', title: 'Q2n, higher is better', from: 'data' },
  { key: 'sam', title: 'SAM in degrees, lower is better', from: 'data' },
  { key: 'ergas', title: 'ERGAS, lower is better', from: 'data' },
  { key: 'lr', title: 'Learning rate', from: 'zero' },
];

/** One self-contained HTML page without scripts. */
export function renderCurves({ title, facts, points, start, state }: CurvesData): string {
  const charts = CHARTS.map(({ key, title: caption, from }) => {
    const own = points.filter((point) => point[key] !== undefined);
    if (own.length < 2) return '';
    const values = own.map((point) => point[key]!);
    const level = key === 'left' ? 1 : start?.[key as keyof typeof start];
    const all = level === undefined || !start ? values : [...values, level];
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const yLow = from === 'zero' ? 0 : low - 0.08 * (high - low || 1e-3);
    const series = [
      ...(level === undefined || !start
        ? []
        : [{ name: 'start', values: values.map(() => level), tone: 's0' }]),
      { name: caption, values, tone: key === 'loss' ? 's2' : 's1', dots: own.length <= 40 },
    ];
    const chart = lineChart({
      x: own.map(({ step }) => step),
      series,
      title: caption,
      xLabel: 'step',
      yLow,
      width: 420,
      height: 230,
    });
    return `<figure><figcaption><b>${escapeHtml(caption)}</b></figcaption>${chart}</figure>`;
  });
  const again = state === 'running' ? '<meta http-equiv="refresh" content="5">' : '';
  const rows = Object.entries(facts).map(
    ([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">${again}
<title>${escapeHtml(title)}</title><style>${PAGE_STYLE}</style></head>
<body><main><header><h1>${escapeHtml(title)}</h1>
<p class="subtitle">${state === 'running' ? 'Under way; this page loads itself again every five seconds.' : 'Ended.'}${start ? ' Grey: the image that training starts from.' : ''}</p></header>
<dl class="facts">${rows.join('')}</dl>
<div class="charts wide" style="margin-top:32px">${charts.join('\n')}</div></main></body></html>
`;
}
