/** What `assess` is asked and what it answers. */

import type { BandIndices, Convention } from '@bandweave/metrics';
import type { RasterInput, RunOptions } from '../fuse-options.js';

/** What the fused image is held against. */
export type AssessAgainst =
  | { readonly reference: RasterInput }
  | { readonly pan: RasterInput; readonly ms: RasterInput | readonly RasterInput[] };

export interface AssessOptions extends RunOptions {
  /** MS pixel size over PAN pixel size; found from georeference or sensor where it is not given. */
  readonly ratio?: number;
  /** A name that `sensors` lists: for the MTF of D_lambda_K and HQNR. */
  readonly sensor?: string;
  /** Peak of PSNR and SSIM is 2^bitDepth - 1; guessed from the reference by default. */
  readonly bitDepth?: number;
  /** Whose rules the indices follow; the toolboxes' by default. */
  readonly convention?: Convention;
  /** Against a reference: indices of each band by itself, too. */
  readonly byBand?: boolean;
  /** Against a reference: pixels whose spectra are wanted, [row, column] from 0. */
  readonly points?: readonly (readonly [row: number, col: number])[];
  /** Folder for maps of the spectral angle, the error and Q as GeoTIFF. */
  readonly maps?: string;
}

/** Both images at a pixel. */
export interface SpectralPoint {
  readonly row: number;
  readonly col: number;
  readonly fused: readonly number[];
  readonly reference: readonly number[];
}

export interface AssessResult {
  /** By key: q2n, sam, ergas, scc, psnr, ssim, ... or d_lambda, d_s, qnr, d_lambda_k, hqnr. */
  readonly indices: Readonly<Record<string, number>>;
  /** One value a band, where it was asked for. */
  readonly byBand?: BandIndices;
  readonly points?: readonly SpectralPoint[];
  readonly ratio: number;
  readonly bands: number;
  readonly height: number;
  readonly width: number;
  readonly convention: Convention;
  /** Pixels that counted: valid in every image. */
  readonly pixels: number;
  /** 1, or how many windows the indices are means over. */
  readonly windows: number;
  /** Files of maps, where they were asked for. */
  readonly maps?: readonly string[];
  /** Whose MTF was taken, where one was needed. */
  readonly sensor?: string;
}
