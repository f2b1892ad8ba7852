/** A report from rasters in memory. */

import { InputError, type Raster } from '@bandweave/image';
import { busiestWindow } from './busiest-window.js';
import { choosePoints } from './choose-points.js';
import type { ReportData, ReportOptions, SpectrumPoint } from './data.js';
import type { ModelPoint } from './model.js';
import { composePage } from './page/compose.js';
import { reduction, viewsOf } from './views.js';

/** Side of the 1:1 detail in PAN pixels. */
export const DETAIL_SIDE = 400;

/**
 * One self-contained HTML page: the run's facts, the table of indices, a split view in true and
 * false colour, difference maps, histograms by band and spectra at points. Pictures longer than
 * `maxSide` are reduced by block means, with a 1:1 detail beside them; figures are never computed
 * from means.
 *
 * @throws InputError where rasters differ in size or bands, or a band or point does not exist
 */
export async function renderReport(data: ReportData, options: ReportOptions = {}): Promise<string> {
  check(data);
  const { pan, products, truth } = data;
  const { height, width } = pan;
  const step = reduction(height, width, options.maxSide ?? 1200);
  const detail = busiestWindow(pan, Math.min(DETAIL_SIDE, height, width));
  const points = data.points ?? chosenPoints(truth ?? products.at(-1)!.raster);
  const views = (raster: Raster) => viewsOf(raster, { step, detail });
  return composePage(
    {
      ...data,
      height,
      width,
      step,
      detail,
      pan: views(pan),
      products: products.map(({ raster, ...rest }) => ({ ...rest, views: views(raster) })),
      ...(truth ? { truth: views(truth) } : {}),
      points: points.map(
        (point): ModelPoint => ({
          ...point,
          spectra: products.map(({ raster }) => pixel(raster, point)),
          ...(truth ? { truth: pixel(truth, point) } : {}),
        }),
      ),
    } as Parameters<typeof composePage>[0],
    options,
  );
}

/** Six places of the raster that differ most. */
const chosenPoints = (raster: Raster): SpectrumPoint[] =>
  choosePoints(raster, 6).map((spot, i) => ({ name: `Point ${i + 1}`, ...spot }));

const pixel = (raster: Raster, { row, col }: { row: number; col: number }): number[] =>
  Array.from(
    { length: raster.bands },
    (_, b) => raster.data[(b * raster.height + row) * raster.width + col]!,
  );

function check({ pan, products, truth, trueColor, falseColor, points = [], ms }: ReportData): void {
  if (products.length === 0) {
    throw new InputError('renderReport: expected at least one product, got none.');
  }
  const { height, width } = pan;
  const bands = products[0]!.raster.bands;
  const all = [
    ...products.map(({ name, raster }) => [name, raster] as const),
    ...(truth ? [['truth', truth] as const] : []),
  ];
  for (const [name, raster] of all) {
    if (raster.height !== height || raster.width !== width || raster.bands !== bands) {
      throw new InputError(
        `renderReport: expected ${name} of shape [${bands},${height},${width}] like the others, ` +
          `got [${raster.bands},${raster.height},${raster.width}]; bring it to PAN's grid first.`,
      );
    }
  }
  if (ms && ms.bands !== bands) {
    throw new InputError(`renderReport: expected MS of ${bands} bands, got ${ms.bands}.`);
  }
  for (const band of [...trueColor, ...(falseColor ?? [])]) {
    if (!(Number.isInteger(band) && band >= 0 && band < bands)) {
      throw new InputError(
        `renderReport: expected colour bands from 0 to ${bands - 1}, got ${band}.`,
      );
    }
  }
  for (const { name, row, col } of points) {
    if (!(row >= 0 && row < height && col >= 0 && col < width)) {
      throw new InputError(
        `renderReport: expected point ${name} inside ${height}x${width}, got row ${row}, column ${col}.`,
      );
    }
  }
}
