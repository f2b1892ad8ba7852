/** A report between its data and its page: everything reduced to the size in which it is shown. */

import type { Raster, Window } from '@bandweave/image';
import type { ReportData } from './data.js';
import type { Picture } from './picture.js';
import type { UncertaintyMaps } from './section/uncertainty-maps.js';
import type { Views } from './views.js';

export interface ModelProduct {
  readonly name: string;
  readonly title?: string;
  readonly kind: 'expanded' | 'fused';
  readonly views: Views;
}

export interface ModelPoint {
  readonly name: string;
  readonly row: number;
  readonly col: number;
  /** Values of every band, by product in order; then of the truth. */
  readonly spectra: readonly (readonly number[])[];
  readonly truth?: readonly number[];
}

export interface Model
  extends Pick<
    ReportData,
    | 'title'
    | 'subtitle'
    | 'facts'
    | 'indices'
    | 'rankings'
    | 'bandNames'
    | 'wavelengths'
    | 'trueColor'
    | 'falseColor'
    | 'unit'
    | 'generator'
  > {
  readonly height: number;
  readonly width: number;
  /** Pixels of the scene to one of the whole view. */
  readonly step: number;
  readonly detail: Window;
  readonly pan: Views;
  readonly products: readonly ModelProduct[];
  readonly truth?: Views;
  /** For histograms without truth. */
  readonly ms?: Raster;
  readonly points: readonly ModelPoint[];
  /** Clusters of a network, full size first. */
  readonly clusters?: readonly { readonly label: string; readonly picture: Picture }[];
  /** How far the samples of a network lie apart. */
  readonly uncertainty?: UncertaintyMaps;
}

/** What the others are measured against by eye: truth, else the enlarged MS, else the first. */
export function referenceOf({ truth, products }: Model): Views {
  return truth ?? (products.find(({ kind }) => kind === 'expanded') ?? products[0]!).views;
}

/** The class that colours a product in charts: grey for the enlarged MS, then one hue each. */
export function toneOf(products: readonly { readonly kind: string }[], index: number): string {
  if (products[index]!.kind === 'expanded') return 's0';
  const before = products.slice(0, index).filter(({ kind }) => kind === 'fused').length;
  return `s${1 + (before % 7)}`;
}
