/** The page of a restored picture: before and after under a divider, and what was taken away. */

import type { Raster, RasterSource } from '@bandweave/image';
import { lineChart } from './chart/line-chart.js';
import type { ReportData, ReportOptions } from './data.js';
import { escapeHtml } from './escape.js';
import { figure, header, pageShell, section } from './page/shell.js';
import { encodeAll, encodeWithSharp, type Picture } from './picture.js';
import { viewer } from './section/viewer.js';
import { bandOf, type Stretch, stretchesOf } from './stretch.js';
import { everyNth, reduction } from './views.js';

export interface RestoreReportData
  extends Pick<ReportData, 'title' | 'subtitle' | 'facts' | 'generator'> {
  /** As it came and as it left: the same size and bands. */
  readonly before: RasterSource;
  readonly after: RasterSource;
  /** What the layers are called; those of a restoration by default. */
  readonly words?: RestoreWords;
  /** Relative changes of a deblurring, one entry an iteration. */
  readonly norms?: readonly { readonly u: number; readonly g: number; readonly gap: number }[];
}

export interface RestoreWords {
  readonly before: string;
  readonly after: string;
  /** The difference, and which of the two is taken from the other. */
  readonly difference: string;
  readonly sign: 'before-after' | 'after-before';
  /** Under the difference's title; its standard deviation is told after. */
  readonly remark: string;
}

const RESTORED: RestoreWords = {
  before: 'Before',
  after: 'After',
  difference: 'Taken away',
  sign: 'before-after',
  remark: 'The picture before minus the picture after. Structure in it is detail that was lost.',
};

/** Longest side of the overview, and side of the part at full size. */
const WHOLE = 1000;
const DETAIL = 400;
const STRIP = 256;

type Three = readonly [number, number, number];

/**
 * One self-contained HTML page. Overviews take single pixels, not means, which would hide the
 * noise; the detail is the picture's middle.
 */
export async function renderRestoreReport(
  data: RestoreReportData,
  { encode = encodeWithSharp, maxBytes = 12e6 }: ReportOptions = {},
): Promise<string> {
  const { before, after, norms, words = RESTORED } = data;
  const { height, width } = before.info;
  const step = reduction(height, width, WHOLE);
  const side = { height: Math.min(DETAIL, height), width: Math.min(DETAIL, width) };
  const detail = { row: (height - side.height) >> 1, col: (width - side.width) >> 1, ...side };
  const bands = shownBands(before);
  const views = async (source: RasterSource) => ({
    whole: await thinned(source, step),
    detail: await source.read(detail),
  });
  const [old, restored] = [await views(before), await views(after)];
  const stretches =
    old.whole.data instanceof Uint8Array
      ? Array.from({ length: before.info.bands }, () => ({ low: 0, high: 255 }))
      : stretchesOf(old.whole);
  const noise = (['whole', 'detail'] as const).map((view) =>
    words.sign === 'before-after'
      ? difference(old[view], restored[view])
      : difference(restored[view], old[view]),
  );
  const spread = Math.max(...noise.map((raster) => deviation(raster, bands)), 1e-9);
  const around = stretches.map((): Stretch => ({ low: -3 * spread, high: 3 * spread }));
  const picture = (raster: Raster, shown: readonly Stretch[]): Picture => ({
    rgba: linearRgba(raster, bands, shown),
    height: raster.height,
    width: raster.width,
  });
  const layers = [
    { key: 'before', label: words.before, views: [old.whole, old.detail], shown: stretches },
    {
      key: 'after',
      label: words.after,
      views: [restored.whole, restored.detail],
      shown: stretches,
    },
    { key: 'noise', label: words.difference, views: noise, shown: around },
  ];
  const uris = await encodeAll(
    layers.flatMap(({ views: two, shown }) => two.map((raster) => picture(raster, shown))),
    { encode, maxBytes: maxBytes - 100_000 },
  );
  const frame = { height, width, detail, points: [], left: 'before', right: 'after' };
  const layered = layers.map(({ key, label }, i) => ({
    key,
    label,
    pictures: (['whole', 'detail'] as const).map((view, k) => ({
      color: 'any' as const,
      view,
      uri: uris[2 * i + k]!,
    })),
  }));
  return pageShell(data.title, [
    header(data),
    section(
      'Split view',
      'Drag the divider, or focus it and use the arrow keys. Both sides share one stretch.',
      viewer(layered, { ...frame, falseColor: false }),
      'screen-only',
    ),
    section(
      words === RESTORED ? 'What was taken away' : words.difference,
      `${words.remark} Grey where both are alike, full contrast at three times ${spread.toPrecision(3)}, its standard deviation.`,
      `<div class="gallery" style="--cols:3">${layers
        .map(({ label }, i) => figure(uris[2 * i + 1]!, label))
        .join('\n')}</div>`,
    ),
    norms && norms.length > 1 ? convergence(norms) : '',
    `<footer>${escapeHtml(data.generator ?? 'Made by Bandweave')}</footer>`,
  ]);
}

/** The three norms by iteration, as powers of ten. */
function convergence(norms: NonNullable<RestoreReportData['norms']>): string {
  const series = (['u', 'g', 'gap'] as const).map((key, i) => ({
    name: NAMES[key],
    values: norms.map((norm) => Math.log10(Math.max(norm[key], 1e-12))),
    tone: `s${i + 1}`,
  }));
  const low = Math.floor(
    Math.min(...series.flatMap(({ values }) => values).filter(Number.isFinite)),
  );
  const keys = series
    .map(
      ({ name, tone }) =>
        `<li><svg viewBox="0 0 24 10" aria-hidden="true"><path class="line ${tone}" d="M1 5H23"/></svg>${escapeHtml(name)}</li>`,
    )
    .join('');
  return section(
    'Convergence',
    'Relative changes by iteration, as powers of ten: of the sharp picture, of its low-rank twin, and between the two.',
    `<ul class="legend">${keys}</ul>${lineChart({
      x: norms.map((_, i) => i + 1),
      series,
      title: 'Convergence',
      xLabel: 'iteration',
      yLow: Math.min(low, -1),
      look: 'broad',
      width: 640,
      height: 260,
    })}`,
  );
}

const NAMES = { u: 'change of u', g: 'change of g', gap: 'u from g' } as const;

/** Without the curve that scenes are shown with: a photograph stays as it is, no change is grey. */
function linearRgba(raster: Raster, bands: Three, stretches: readonly Stretch[]) {
  const size = raster.height * raster.width;
  const out = new Uint8ClampedArray(4 * size);
  for (let k = 0; k < 3; k++) {
    const samples = bandOf(raster, bands[k]!);
    const { low, high } = stretches[bands[k]!]!;
    for (let i = 0; i < size; i++) out[4 * i + k] = (255 * (samples[i]! - low)) / (high - low);
  }
  for (let i = 0; i < size; i++) out[4 * i + 3] = raster.mask?.[i] === 0 ? 0 : 255;
  return out;
}

/** By colour where the file says it, else the first three or the only one. */
function shownBands({ info }: RasterSource): Three {
  const named = (['red', 'green', 'blue'] as const).map((color) => info.colors.indexOf(color));
  if (named.every((band) => band >= 0)) return [named[0]!, named[1]!, named[2]!];
  return info.bands < 3 ? [0, 0, 0] : [0, 1, 2];
}

/** Single pixels `step` apart, read strip by strip. */
async function thinned(source: RasterSource, step: number): Promise<Raster> {
  const { height, width, bands } = source.info;
  const rows = step * Math.max(1, Math.floor(STRIP / step));
  const parts: Raster[] = [];
  for (let row = 0; row < height; row += rows) {
    const window = { row, col: 0, height: Math.min(rows, height - row), width };
    parts.push(everyNth(await source.read(window), step));
  }
  const [first] = parts;
  const total = parts.reduce((sum, part) => sum + part.height, 0);
  const Samples = first!.data.constructor as new (length: number) => Raster['data'];
  const data = new Samples(bands * total * first!.width);
  let top = 0;
  for (const part of parts) {
    const size = part.height * part.width;
    for (let band = 0; band < bands; band++) {
      const plane = part.data.subarray(band * size, (band + 1) * size);
      data.set(plane, (band * total + top) * part.width);
    }
    top += part.height;
  }
  return { bands, height: total, width: first!.width, data };
}

function difference(a: Raster, b: Raster): Raster<Float32Array> {
  const data = Float32Array.from(a.data, (value, i) => value - b.data[i]!);
  return { bands: a.bands, height: a.height, width: a.width, data };
}

function deviation(raster: Raster, bands: Three): number {
  const size = raster.height * raster.width;
  let sum = 0;
  for (const band of bands) {
    for (let i = 0; i < size; i++) sum += raster.data[band * size + i]! ** 2;
  }
  return Math.sqrt(sum / (3 * size));
}
