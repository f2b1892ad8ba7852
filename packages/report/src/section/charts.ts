/** Histograms by band, spectra at points, errors by band. */

import { lineChart, type Series } from '../chart/line-chart.js';
import { escapeHtml } from '../escape.js';
import { histogram } from '../histogram.js';
import { type Model, toneOf } from '../model.js';
import { bandOf, percentiles } from '../stretch.js';

const bandName = (model: Model, band: number) => model.bandNames[band] || `Band ${band + 1}`;

/** The key to all charts: one line a product, and the truth. */
export function legend(model: Model, withReference: string | undefined): string {
  const entries = model.products.map(
    ({ name, kind }, i) =>
      [
        kind === 'expanded' ? `MS, enlarged (${name.toUpperCase()})` : name,
        toneOf(model.products, i),
      ] as const,
  );
  const lines = entries.map(
    ([name, tone]) =>
      `<li><svg viewBox="0 0 24 10" aria-hidden="true"><path class="line ${tone}" d="M1 5H23"/></svg>${escapeHtml(name)}</li>`,
  );
  const reference = withReference
    ? `<li><svg viewBox="0 0 24 10" aria-hidden="true"><rect class="area" width="24" height="10" rx="2"/></svg>${escapeHtml(withReference)}</li>`
    : '';
  return `<ul class="legend">${reference}${lines.join('')}</ul>`;
}

/** One chart a band: the reference as an area, every product as a line. */
export function histogramCharts(model: Model): string {
  const reference = model.truth?.sample ?? model.ms;
  const charts: string[] = [];
  for (let band = 0; band < model.products[0]!.views.sample.bands; band++) {
    const base = reference ?? model.products[0]!.views.sample;
    const { low, high } = percentiles(bandOf(base, band), {
      low: 0.1,
      high: 99.5,
      mask: base.mask,
    });
    const margin = 0.04 * (high - low);
    const range = { low: low - margin, high: high + margin, classes: 72 };
    const step = (range.high - range.low) / range.classes;
    const x = Array.from({ length: range.classes - 2 }, (_, i) => range.low + (i + 1.5) * step);
    const series: Series[] = [];
    if (reference) {
      const values = histogram(bandOf(reference, band), { ...range, mask: reference.mask });
      const name = model.truth ? 'Truth' : 'MS';
      series.push({ name, values: inside(values), tone: 'truth', fill: true });
    }
    model.products.forEach(({ name, views }, i) => {
      const values = histogram(bandOf(views.sample, band), { ...range, mask: views.sample.mask });
      series.push({ name, values: inside(values), tone: toneOf(model.products, i) });
    });
    const title = bandName(model, band);
    const chart = lineChart({
      x,
      series,
      width: 250,
      height: 150,
      title: `Histogram of ${title}`,
      yTicks: 'none',
    });
    charts.push(`<figure><figcaption>${caption(model, band)}</figcaption>${chart}</figure>`);
  }
  return `<div class="charts">${charts.join('\n')}</div>`;
}

/** The outermost classes also hold what lies beyond and would spoil the scale. */
const inside = (values: Float64Array): Float64Array => values.subarray(1, values.length - 1);

function caption(model: Model, band: number): string {
  const nm = model.wavelengths?.[band];
  const place = nm === undefined ? '' : ` <span class="dim">${Math.round(nm)} nm</span>`;
  return `${escapeHtml(bandName(model, band))}${place}`;
}

function bandAxis(model: Model, bands: number) {
  const nm = model.wavelengths;
  if (nm && nm.length === bands && nm.every((v, i) => i === 0 || v > nm[i - 1]!)) {
    return { x: nm, xLabel: 'wavelength, nm' };
  }
  const x = Array.from({ length: bands }, (_, i) => i + 1);
  const every = Math.ceil(bands / 8);
  const xTicks = x.filter((_, i) => i % every === 0).map((at) => ({ at, label: String(at) }));
  return { x, xLabel: 'band', xTicks };
}

export function spectrumCharts(model: Model): string {
  const bands = model.products[0]!.views.sample.bands;
  const axis = bandAxis(model, bands);
  const charts = model.points.map(({ name, row, col, spectra, truth }, k) => {
    const series: Series[] = spectra.map((values, i) => ({
      name: model.products[i]!.name,
      values,
      tone: toneOf(model.products, i),
      dots: bands <= 16,
    }));
    if (truth) series.unshift({ name: 'Truth', values: truth, tone: 'truth', dots: bands <= 16 });
    const chart = lineChart({
      ...axis,
      series,
      width: 330,
      height: 212,
      title: `Spectrum at ${name}`,
      yLabel: model.unit ?? 'counts',
    });
    return `<figure><figcaption><span class="num">${k + 1}</span>${escapeHtml(name)} <span class="dim">row ${row}, column ${col}</span></figcaption>${chart}</figure>`;
  });
  return `<div class="charts wide">${charts.join('\n')}</div>`;
}

/** RMSE by band, one line a product. */
export function bandErrorChart(
  model: Model,
  { bandRmse, products }: { bandRmse: readonly (readonly number[])[]; products: readonly number[] },
): string {
  const bands = bandRmse[0]!.length;
  const series = products.map((p, i) => ({
    name: model.products[p]!.name,
    values: bandRmse[i]!,
    tone: toneOf(model.products, p),
    dots: bands <= 16,
  }));
  const title = model.truth ? 'Root mean square error by band' : 'Detail added by band';
  return lineChart({
    ...bandAxis(model, bands),
    series,
    width: 480,
    height: 220,
    look: 'broad',
    title,
    yLabel: model.unit ?? 'counts',
  });
}
