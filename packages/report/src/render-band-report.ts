/** Page of a cube against its reference: error curves over the bands, spectra at chosen pixels. */

import { lineChart, type Series } from './chart/line-chart.js';
import { escapeHtml } from './escape.js';
import { PAGE_STYLE } from './page/style.js';

export interface BandReportData {
  readonly title: string;
  readonly facts: Readonly<Record<string, string>>;
  /** Indices of each band. */
  readonly bands: {
    readonly rmse: readonly number[];
    readonly psnr: readonly number[];
    readonly ssim: readonly number[];
    readonly cc: readonly number[];
  };
  /** Of the bands in nanometres; their numbers are shown without. */
  readonly wavelengths?: readonly number[];
  /** Values of both images at a pixel, counted from 0. */
  readonly points: readonly {
    readonly row: number;
    readonly col: number;
    readonly fused: readonly number[];
    readonly reference: readonly number[];
  }[];
}

const CURVES = [
  { key: 'rmse', title: 'Root mean square error by band, lower is better', from: 'zero' },
  { key: 'psnr', title: 'PSNR by band in dB, higher is better', from: 'data' },
  { key: 'ssim', title: 'SSIM by band, higher is better', from: 'data' },
  { key: 'cc', title: 'Correlation by band, higher is better', from: 'data' },
] as const;

/** Most bands whose points are marked one by one. */
const DOTS = 40;

/** One self-contained HTML page without scripts. */
export function renderBandReport(data: BandReportData): string {
  const { title, facts, bands, points } = data;
  const axis = axisOf(data);
  const dots = bands.rmse.length <= DOTS;
  const chart = (caption: string, series: readonly Series[], from: 'zero' | 'data') => {
    const values = series.flatMap((one) => Array.from(one.values)).filter(Number.isFinite);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const yLow = from === 'zero' && low >= 0 ? 0 : low - 0.08 * (high - low || 1e-3);
    const shown = lineChart({ ...axis, series, title: caption, yLow, width: 460, height: 240 });
    return `<figure><figcaption><b>${escapeHtml(caption)}</b></figcaption>${shown}</figure>`;
  };
  const curves = CURVES.map(({ key, title: caption, from }) =>
    chart(caption, [{ name: caption, values: bands[key], tone: 's1', dots }], from),
  );
  const spectra = points.map(({ row, col, fused, reference }) =>
    chart(
      `Spectrum at row ${row}, column ${col}`,
      [
        { name: 'reference', values: reference, tone: 's0', dots },
        { name: 'fused', values: fused, tone: 's2', dots },
      ],
      'zero',
    ),
  );
  const rows = Object.entries(facts).map(
    ([name, value]) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`,
  );
  const profile =
    spectra.length > 0
      ? `<h2>Spectra</h2><p class="subtitle">Grey: the reference. Colour: the fused cube.</p>
<div class="charts wide">${spectra.join('\n')}</div>`
      : '';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title><style>${PAGE_STYLE}</style></head>
<body><main><header><h1>${escapeHtml(title)}</h1></header>
<dl class="facts">${rows.join('')}</dl>
<h2>Bands</h2><div class="charts wide">${curves.join('\n')}</div>
${profile}</main></body></html>
`;
}

/** Wavelengths where all are known and rise, else the numbers of the bands. */
function axisOf({ wavelengths, bands }: BandReportData) {
  const count = bands.rmse.length;
  const rising = wavelengths?.every((nm, k) => k === 0 || nm > wavelengths[k - 1]);
  if (wavelengths?.length === count && rising) return { x: wavelengths, xLabel: 'wavelength, nm' };
  return { x: Array.from({ length: count }, (_, k) => k + 1), xLabel: 'band' };
}
