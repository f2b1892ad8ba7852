/** The page itself: one file that needs nothing else, with a policy that lets nothing else in. */

import { colorBar } from '../chart/color-bar.js';
import { rankChart } from '../chart/rank-chart.js';
import { HEAT, SIGNED } from '../color-map.js';
import type { ReportOptions } from '../data.js';
import { escapeHtml } from '../escape.js';
import type { Model } from '../model.js';
import { encodeAll, encodeWithSharp } from '../picture.js';
import { bandErrorChart, histogramCharts, legend, spectrumCharts } from '../section/charts.js';
import { indexTable } from '../section/index-table.js';
import { differenceMaps, layerPictures, TILE_SIDE } from '../section/pictures.js';
import { viewer } from '../section/viewer.js';
import { figure, header, pageShell, section } from './shell.js';

/** With more products than this, charts of one line a product could not be read. */
const MOST_LINES = 8;

export async function composePage(
  model: Model,
  { encode = encodeWithSharp, maxBytes = 12e6 }: ReportOptions,
): Promise<string> {
  const layers = layerPictures(model);
  const maps = differenceMaps(model);
  const clusters = model.clusters ?? [];
  const spread = model.uncertainty?.maps ?? [];
  const wanted = [
    ...layers.flatMap(({ pictures, tile }) => [...pictures.map(({ picture }) => picture), tile]),
    ...clusters.map(({ picture }) => picture),
    ...spread.map(({ picture }) => picture),
    ...(maps ? [...maps.magnitude.pictures, ...maps.signed.pictures] : []),
  ];
  const uris = await encodeAll(wanted, { encode, maxBytes: maxBytes - 200_000 });
  let next = 0;
  const shown = layers.map(({ key, label, pictures }) => ({
    key,
    label,
    pictures: pictures.map(({ color, view }) => ({ color, view, uri: uris[next++]! })),
    tile: uris[next++]!,
  }));
  const clusterUris = clusters.map(() => uris[next++]!);
  const spreadUris = spread.map(() => uris[next++]!);
  const fused = model.products.flatMap(({ kind }, i) => (kind === 'fused' ? [i] : []));
  const expanded = model.products.findIndex(({ kind }) => kind === 'expanded');
  const readable = model.products.length <= MOST_LINES;
  const right = `product-${fused.at(-1) ?? 0}`;
  const sections = [
    header(model),
    model.indices.length > 0
      ? section('Quality', qualityLead(model), model.indices.map(indexTable).join('\n'))
      : '',
    model.rankings && model.rankings.length > 0 ? rankingSection(model.rankings) : '',
    section(
      'Split view',
      'Drag the divider, or focus it and use the arrow keys. Every multispectral picture is shown with one and the same stretch, so colours may be compared.',
      `${viewer(shown, {
        height: model.height,
        width: model.width,
        detail: model.detail,
        points: model.points,
        left: expanded >= 0 ? `product-${expanded}` : 'pan',
        right,
        falseColor: model.falseColor !== undefined,
      })}`,
      'screen-only',
    ),
    section(
      'Side by side',
      `The middle of the detail in true colour: ${TILE_SIDE} PAN pixels on a side.`,
      `<div class="gallery" style="--cols:${columnsFor(shown.length)}">${shown
        .map(({ label, tile }) => figure(tile, label))
        .join('\n')}</div>`,
    ),
    clusters.length > 0
      ? section(
          'Clusters',
          'Pixels of one colour were sharpened with one kernel; colours of different sizes have nothing to do with each other.',
          `<div class="gallery" style="--cols:${columnsFor(clusters.length)}">${clusters
            .map(({ label }, i) => figure(clusterUris[i]!, label))
            .join('\n')}</div>`,
        )
      : '',
    model.uncertainty ? uncertaintySection(model, model.uncertainty, spreadUris) : '',
    maps ? differences(model, maps, uris.slice(next)) : '',
    readable
      ? section(
          'Histograms',
          histogramLead(model),
          legend(model, model.truth ? 'Truth' : model.ms ? 'MS as delivered' : undefined) +
            histogramCharts(model),
        )
      : '',
    readable && model.points.length > 0
      ? section('Spectra', spectrumLead(model), legend(model, undefined) + spectrumCharts(model))
      : '',
    `<footer>${escapeHtml(model.generator ?? 'Made by Bandweave')}</footer>`,
  ];
  return pageShell(model.title, sections);
}

function uncertaintySection(
  model: Model,
  { maps, high, means }: NonNullable<Model['uncertainty']>,
  uris: readonly string[],
): string {
  const unit = model.unit ?? 'counts';
  const gallery = maps.map(({ label }, i) =>
    figure(uris[i]!, `${label}: ${means[i]!.toPrecision(3)} ${unit} in the mean`),
  );
  return section(
    'Uncertainty',
    'Standard deviation of every pixel over the images that the network drew. It says how far the network hesitates between images, not how far any of them is from the truth.',
    `<div class="gallery" style="--cols:${columnsFor(maps.length)}">${gallery.join('\n')}</div>${colorBar({ map: HEAT, low: 0, high, label: `standard deviation, ${unit}`, id: 'spread' })}`,
  );
}

/** Pictures a row, so that the last row is not left with one. */
const columnsFor = (count: number) => (count <= 4 ? Math.max(2, count) : count <= 6 ? 3 : 4);

function rankingSection(rankings: NonNullable<Model['rankings']>): string {
  const charts = rankings.map(
    (ranking) =>
      `<figure><figcaption><b>${escapeHtml(ranking.title)}</b></figcaption>${rankChart(ranking)}</figure>`,
  );
  return section(
    'Ranking',
    'One line a method, the best above; the bar is the deviation from window to window or scene to scene.',
    charts.join('\n'),
  );
}

const qualityLead = ({ indices }: Model) =>
  indices.some(({ rows }) => rows.length > 1)
    ? 'Arrows say which way is better. The best of a column is bold with a dot, the second is underlined; equal figures share a place.'
    : 'Arrows say which way is better.';

function differences(
  model: Model,
  maps: NonNullable<ReturnType<typeof differenceMaps>>,
  uris: readonly string[],
): string {
  const unit = model.unit ?? 'counts';
  const names = maps.products.map((p) => model.products[p]!.name);
  const band = model.bandNames[maps.signed.band] || `band ${maps.signed.band + 1}`;
  const row = (offset: number) =>
    `<div class="gallery" style="--cols:${columnsFor(names.length)}">${names.map((name, i) => figure(uris[offset + i]!, name)).join('\n')}</div>`;
  const lead = model.truth
    ? `Distance to the truth at every pixel, root mean square over the bands; below it the signed error of one band.`
    : `Without a truth, the distance to the enlarged MS: the detail that the method put in. Below it the signed change of one band.`;
  const what = model.truth ? 'error' : 'added detail';
  return section(
    model.truth ? 'Differences' : 'Added detail',
    lead,
    row(0) +
      colorBar({ map: HEAT, ...maps.magnitude.range, label: `${what}, ${unit}`, id: 'heat' }) +
      row(names.length) +
      colorBar({
        map: SIGNED,
        ...maps.signed.range,
        label: `signed ${what} in ${band}, ${unit}`,
        id: 'signed',
      }) +
      (names.length <= MOST_LINES
        ? `<figure><figcaption><b>By band.</b> Root mean square ${what} over all pixels.</figcaption>${legend(model, undefined)}${bandErrorChart(model, maps)}</figure>`
        : ''),
  );
}

const histogramLead = (model: Model) =>
  model.truth
    ? 'Share of pixels by value. A good product lies on the edge of the grey area, which is the truth.'
    : 'Share of pixels by value. The grey area is the MS as it was delivered; sharpening should widen it a little, not move it.';

const spectrumLead = (model: Model) =>
  model.truth
    ? 'One pixel each, at the numbered points of the split view. The heavy line is the truth.'
    : 'One pixel each, at the numbered points of the split view.';
