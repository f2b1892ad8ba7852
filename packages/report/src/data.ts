/** What a report is made from. */

import type { Raster } from '@bandweave/image';
import type { RankChart } from './chart/rank-chart.js';

/** One line of the run's facts: sensor, ratio, method, time, versions. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** A picture of the comparison: the enlarged MS, or the outcome of a method. */
export interface ReportProduct {
  /** As `methods` lists it; shown as it is. */
  readonly name: string;
  /** A line for people: "MTF-GLP with full-scale regression". */
  readonly title?: string;
  /** 'expanded' is MS brought to PAN's grid and nothing more. */
  readonly kind: 'expanded' | 'fused';
  /** [bands, height, width] on PAN's grid. */
  readonly raster: Raster;
}

/** A quality index: which way is better, and how it is printed. */
export interface IndexColumn {
  /** "Q2n", "D_lambda": what follows an underscore is set as a subscript. */
  readonly label: string;
  readonly better: 'higher' | 'lower';
  readonly digits?: number;
  /** "degrees", "%". */
  readonly unit?: string;
}

export interface IndexTable {
  readonly title: string;
  readonly note?: string;
  readonly columns: readonly IndexColumn[];
  /** One row a product; null where an index could not be had. */
  readonly rows: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
}

/** A place whose spectrum is plotted, at a PAN pixel. */
export interface SpectrumPoint {
  readonly name: string;
  readonly row: number;
  readonly col: number;
}

/** RGBA bytes in, an image file's bytes out. */
export type PictureEncoder = (
  rgba: Uint8ClampedArray,
  options: { readonly width: number; readonly height: number; readonly quality: number },
) => Promise<{ readonly mime: string; readonly bytes: Uint8Array }>;

export interface ReportData {
  readonly title: string;
  readonly subtitle?: string;
  readonly facts: readonly Fact[];
  /** [1, height, width] */
  readonly pan: Raster;
  /** At least one, in the order of the columns. */
  readonly products: readonly ReportProduct[];
  /** [bands, height, width] on PAN's grid, where it is known. */
  readonly truth?: Raster;
  /** MS as delivered, for histograms where there is no truth. */
  readonly ms?: Raster;
  readonly indices: readonly IndexTable[];
  /** Methods in order of a figure, one chart each. */
  readonly rankings?: readonly RankChart[];
  readonly bandNames: readonly string[];
  /** Band centres in nm; bands are spaced evenly without. */
  readonly wavelengths?: readonly number[];
  /** 0-based bands shown as red, green, blue. */
  readonly trueColor: readonly [number, number, number];
  /** 0-based bands shown as red, green, blue: near infrared, red, green; none without one. */
  readonly falseColor?: readonly [number, number, number];
  /** Six that differ most are chosen where not given; an empty list shows none. */
  readonly points?: readonly SpectrumPoint[];
  /** What counts are: "counts", "reflectance". */
  readonly unit?: string;
  /** Set in the foot: name and version of the program. */
  readonly generator?: string;
}

export interface ReportOptions {
  /** Makes the pictures' files; WebP by sharp where not given. */
  readonly encode?: PictureEncoder;
  /** Bound of the page in bytes; pictures are made coarser until it holds. 12 MB by default. */
  readonly maxBytes?: number;
  /** Longest side of a picture in pixels; 1200 by default. */
  readonly maxSide?: number;
}
