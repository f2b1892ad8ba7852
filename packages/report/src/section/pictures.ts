/** Which pictures a page needs, and the places where they go. */

import type { Raster, Window } from '@bandweave/image';
import { HEAT, mapColors, SIGNED } from '../color-map.js';
import { type Model, referenceOf } from '../model.js';
import type { Picture } from '../picture.js';
import { pixelErrors, signedErrors } from '../pixel-errors.js';
import { bandOf, percentiles, type Stretch, stretchesOf, toRgba } from '../stretch.js';
import { blockMeans, crop } from '../views.js';

export interface LayerPictures {
  readonly key: string;
  readonly label: string;
  readonly pictures: readonly {
    readonly color: 'true' | 'false' | 'any';
    readonly view: 'whole' | 'detail';
    readonly picture: Picture;
  }[];
  /** A small part of the detail, for the row of pictures side by side. */
  readonly tile: Picture;
}

const painted = (raster: Raster, rgba: Uint8ClampedArray): Picture => ({
  rgba,
  height: raster.height,
  width: raster.width,
});

/** PAN, every product and the truth; MS bands share one stretch, so colours may be compared. */
export function layerPictures(model: Model): LayerPictures[] {
  const reference = referenceOf(model);
  const stretches = stretchesOf(reference.whole);
  const panStretch = stretchesOf(model.pan.whole);
  const out: LayerPictures[] = [];
  const gray = (raster: Raster) =>
    painted(raster, toRgba(raster, { bands: [0, 0, 0], stretches: panStretch }));
  const color = (raster: Raster, bands: readonly [number, number, number]) =>
    painted(raster, toRgba(raster, { bands, stretches }));
  out.push({
    key: 'pan',
    label: 'PAN',
    pictures: (['whole', 'detail'] as const).map((view) => ({
      color: 'any',
      view,
      picture: gray(model.pan[view]),
    })),
    tile: gray(tile(model.pan.detail)),
  });
  const rest = model.products.map(({ name, kind, views }, i) => ({
    key: `product-${i}`,
    label: kind === 'expanded' ? `MS, enlarged (${name.toUpperCase()})` : name,
    views,
  }));
  if (model.truth) rest.push({ key: 'truth', label: 'Truth', views: model.truth });
  for (const { key, label, views } of rest) {
    const rules = [['true', model.trueColor] as const];
    const pictures = [
      ...rules,
      ...(model.falseColor ? [['false', model.falseColor] as const] : []),
    ];
    out.push({
      key,
      label,
      pictures: pictures.flatMap(([rule, bands]) =>
        (['whole', 'detail'] as const).map((view) => ({
          color: rule,
          view,
          picture: color(views[view], bands),
        })),
      ),
      tile: color(tile(views.detail), model.trueColor),
    });
  }
  return out;
}

/** Side of the pictures that stand side by side. */
export const TILE_SIDE = 200;

/** The middle of the detail. */
function tile(detail: Raster): Raster {
  const side = Math.min(TILE_SIDE, detail.height, detail.width);
  const window: Window = {
    row: (detail.height - side) >> 1,
    col: (detail.width - side) >> 1,
    height: side,
    width: side,
  };
  return crop(detail, window);
}

export interface DifferenceMaps {
  readonly magnitude: { readonly range: Stretch; readonly pictures: readonly Picture[] };
  readonly signed: {
    readonly band: number;
    readonly range: Stretch;
    readonly pictures: readonly Picture[];
  };
  /** One a product shown, [band]. */
  readonly bandRmse: readonly (readonly number[])[];
  /** Indices into the model's products. */
  readonly products: readonly number[];
}

const MAP_SIDE = 520;

/**
 * Maps of how far products lie from the truth, or, where there is none, from the enlarged MS:
 * then they show the detail that each method put in. Undefined where there is nothing to compare.
 */
export function differenceMaps(model: Model): DifferenceMaps | undefined {
  const reference = referenceOf(model).sample;
  const products = model.products.flatMap(({ views, kind }, i) =>
    views.sample === reference || (!model.truth && kind === 'expanded') ? [] : [i],
  );
  if (products.length === 0) return undefined;
  const errors = products.map((i) => pixelErrors(model.products[i]!.views.sample, reference));
  const band = model.falseColor?.[0] ?? model.trueColor[1];
  const signed = products.map((i) =>
    signedErrors(model.products[i]!.views.sample, reference, band),
  );
  const { height, width } = reference;
  const step = Math.max(1, Math.ceil(Math.max(height, width) / MAP_SIDE));
  const shrink = (data: Float32Array) => {
    const mask = new Uint8Array(data.length);
    for (let i = 0; i < data.length; i++) mask[i] = Number.isNaN(data[i]!) ? 0 : 1;
    const small = blockMeans({ bands: 1, height, width, data, mask }, step);
    for (let i = 0; i < small.data.length; i++) {
      if (small.mask?.[i] === 0) small.data[i] = Number.NaN;
    }
    return small;
  };
  const magnitudes = errors.map(({ magnitude }) => shrink(magnitude));
  const signs = signed.map(shrink);
  const top = Math.max(...magnitudes.map((m) => percentiles(m.data, { high: 99 }).high));
  const reach = Math.max(
    ...signs.map((m) => {
      const { low, high } = percentiles(m.data, { low: 1, high: 99 });
      return Math.max(Math.abs(low), Math.abs(high));
    }),
  );
  return {
    magnitude: {
      range: { low: 0, high: top },
      pictures: magnitudes.map((m) =>
        painted(m, mapColors(bandOf(m, 0), { map: HEAT, low: 0, high: top })),
      ),
    },
    signed: {
      band,
      range: { low: -reach, high: reach },
      pictures: signs.map((m) =>
        painted(m, mapColors(bandOf(m, 0), { map: SIGNED, low: -reach, high: reach })),
      ),
    },
    bandRmse: errors.map(({ bandRmse }) => bandRmse),
    products,
  };
}
