/** A report of a user's scene from open files of any size: PAN and MS beside the fused. */

import { InputError, type Raster, type RasterSource, type Window } from '@bandweave/image';
import { busiestWindow } from './busiest-window.js';
import { choosePoints } from './choose-points.js';
import type { ReportData, ReportOptions, SpectrumPoint } from './data.js';
import type { Model, ModelPoint } from './model.js';
import { composePage } from './page/compose.js';
import type { Picture } from './picture.js';
import { type FoundGeometry, placeOf } from './placement.js';
import {
  readEnlarged,
  readPlaced,
  readReduced,
  stackRows,
  type ViewRequest,
  viewPositions,
} from './read-views.js';
import { DETAIL_SIDE } from './render-report.js';
import { clusterPicture } from './section/cluster-maps.js';
import { uncertaintyMaps } from './section/uncertainty-maps.js';
import { blockMeans, reduction, type Views } from './views.js';

export interface FuseReportData extends Omit<ReportData, 'pan' | 'products' | 'truth' | 'ms'> {
  readonly pan: RasterSource;
  readonly ms: RasterSource;
  readonly fused: {
    readonly name: string;
    readonly title?: string;
    readonly source: RasterSource;
  };
  /** 0-based bands of MS that the fused bands are; the first ones in order by default. */
  readonly msBands?: readonly number[];
  /** Maps of clusters that a network wrote, full size first. */
  readonly clusters?: readonly { readonly label: string; readonly source: RasterSource }[];
  /** Means and deviations of a network's samples, as `fuse --uncertainty` writes them. */
  readonly uncertainty?: RasterSource;
  /** What `fuse` found; used where the files have no georeference. */
  readonly geometry?: FoundGeometry;
}

/**
 * The same page as `renderReport`, without a truth: PAN, MS (enlarged bilinearly) and the fused
 * scene in the split view, the detail that was added, histograms over MS as delivered, spectra at
 * the points given or at six that differ most. Files are read in strips; memory stays below about
 * 200 MB for any scene.
 *
 * @throws InputError where MS has fewer bands than the fused scene needs
 */
export async function renderFuseReport(
  data: FuseReportData,
  options: ReportOptions & { readonly signal?: AbortSignal } = {},
): Promise<string> {
  const { pan, ms, fused, geometry, points, clusters, uncertainty, ...rest } = data;
  const { signal } = options;
  const { height, width, bands } = fused.source.info;
  const all = Array.from({ length: bands }, (_, b) => b);
  const msBands = data.msBands ?? all;
  if (msBands.length !== bands || msBands.some((b) => b >= ms.info.bands)) {
    throw new InputError(
      `report: expected MS to have the ${bands} fused bands, got ${ms.info.bands} in ${ms.name}; say which with msBands.`,
    );
  }
  const step = reduction(height, width, options.maxSide ?? 1200);
  const size = { height, width, step, signal };
  const same = { rows: { scale: 1, shift: 0 }, cols: { scale: 1, shift: 0 } };
  const panRequest = { ...size, bands: [0], place: placeOf(pan.info, fused.source.info) };
  const fusedRequest = { ...size, bands: all, place: same };
  const msRequest = {
    ...size,
    bands: msBands,
    place: placeOf(ms.info, fused.source.info, geometry),
  };
  const panViews = await readReduced(pan, panRequest);
  const detail = chooseDetail(panViews.whole, { height, width, step });
  const fusedViews = await readReduced(fused.source, fusedRequest);
  const enlarged = await enlargedViews(ms, msRequest, detail);
  const spots = points ?? namedPoints(fusedViews.sample, { height, width, step });
  const model: Model = {
    ...rest,
    height,
    width,
    step,
    detail,
    pan: { ...panViews, detail: await readPlaced(pan, detail, panRequest) },
    products: [
      { name: 'exp', kind: 'expanded', views: enlarged },
      {
        name: fused.name,
        ...(fused.title ? { title: fused.title } : {}),
        kind: 'fused',
        views: { ...fusedViews, detail: await readPlaced(fused.source, detail, fusedRequest) },
      },
    ],
    ms: await histogramSample(ms, { bands: msBands, signal }),
    ...(clusters ? { clusters: await clusterPictures(clusters, signal) } : {}),
    ...(uncertainty ? { uncertainty: await uncertaintyMaps(uncertainty, { signal }) } : {}),
    points: await readPoints(spots, { ms, fused: fused.source, msRequest, fusedRequest }),
  };
  return composePage(model, options);
}

async function clusterPictures(
  maps: NonNullable<FuseReportData['clusters']>,
  signal: AbortSignal | undefined,
): Promise<NonNullable<Model['clusters']>> {
  const out: { label: string; picture: Picture }[] = [];
  for (const { label, source } of maps) {
    out.push({ label, picture: await clusterPicture(source, { signal }) });
  }
  return out;
}

/** The busiest window of the reduced PAN, in pixels of the scene. */
function chooseDetail(
  pan: Raster,
  { height, width, step }: { height: number; width: number; step: number },
): Window {
  const side = Math.min(DETAIL_SIDE, height, width);
  const found = busiestWindow(pan, Math.max(8, Math.ceil(side / step)));
  const middle = (at: number, length: number, limit: number) =>
    Math.max(0, Math.min(limit - side, Math.round((at + length / 2) * step - side / 2)));
  return {
    row: middle(found.row, found.height, height),
    col: middle(found.col, found.width, width),
    height: side,
    width: side,
  };
}

async function enlargedViews(
  ms: RasterSource,
  request: ViewRequest,
  detail: Window,
): Promise<Views> {
  const { step, place } = request;
  const times = Math.max(1, Math.ceil(step * Math.max(place.rows.scale, place.cols.scale) - 1e-6));
  const sample = await readEnlarged(ms, viewPositions(request), request);
  const whole = times === 1 ? sample : await enlargedMeans(ms, request, times);
  const positions = {
    rows: Array.from({ length: detail.height }, (_, i) => detail.row + i + 0.5),
    cols: Array.from({ length: detail.width }, (_, i) => detail.col + i + 0.5),
  };
  return { whole, sample, detail: await readEnlarged(ms, positions, request) };
}

/** Means over times x times bilinear samples a view pixel, a strip of rows at a time. */
async function enlargedMeans(
  ms: RasterSource,
  request: ViewRequest,
  times: number,
): Promise<Raster> {
  const { rows, cols } = viewPositions(request, times);
  const strip = 32 * times;
  const parts: Raster[] = [];
  for (let row = 0; row < rows.length; row += strip) {
    const positions = { rows: rows.slice(row, row + strip), cols };
    parts.push(blockMeans(await readEnlarged(ms, positions, request), times));
  }
  return stackRows(parts);
}

/** Single MS pixels on a regular grid, enough for a histogram. */
async function histogramSample(
  ms: RasterSource,
  { bands, signal }: { bands: readonly number[]; signal: AbortSignal | undefined },
): Promise<Raster> {
  const { height, width } = ms.info;
  const same = { rows: { scale: 1, shift: 0 }, cols: { scale: 1, shift: 0 } };
  const step = reduction(height, width, 1000);
  const { sample } = await readReduced(ms, { height, width, step, bands, place: same, signal });
  return sample;
}

function namedPoints(
  sample: Raster,
  { height, width, step }: { height: number; width: number; step: number },
): SpectrumPoint[] {
  return choosePoints(sample, 6).map(({ row, col }, i) => ({
    name: `Point ${i + 1}`,
    row: Math.min(height - 1, row * step + (step >> 1)),
    col: Math.min(width - 1, col * step + (step >> 1)),
  }));
}

async function readPoints(
  spots: readonly SpectrumPoint[],
  {
    ms,
    fused,
    msRequest,
    fusedRequest,
  }: { ms: RasterSource; fused: RasterSource; msRequest: ViewRequest; fusedRequest: ViewRequest },
): Promise<ModelPoint[]> {
  const out: ModelPoint[] = [];
  for (const spot of spots) {
    const { row, col } = spot;
    const coarse = await readEnlarged(ms, { rows: [row + 0.5], cols: [col + 0.5] }, msRequest);
    const fine = await readPlaced(fused, { row, col, height: 1, width: 1 }, fusedRequest);
    out.push({ ...spot, spectra: [Array.from(coarse.data), Array.from(fine.data)] });
  }
  return out;
}
