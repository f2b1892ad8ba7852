/** What `fuse` is asked and what it answers: the same in the library and on the command line. */

import type { RasterSource } from '@bandweave/image';
import type { AutoChoice } from './auto/auto-choice.js';
import type { GuideOptions, GuideSummary } from './guide/guide-options.js';

/** A path, an address, `file.tif,band=3`, or a raster that is already open. */
export type RasterInput = string | RasterSource;

export type Resampling = 'nearest' | 'bilinear' | 'cubic' | 'cubicspline' | 'lanczos' | 'average';

export type Compression = 'none' | 'deflate' | 'lzw' | 'zstd';

/** How far a long run has come; `done` never goes back within a stage. */
export interface Progress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
}

/** What every verb that runs for long accepts. */
export interface RunOptions {
  /** Stops the run within a second; nothing is left under the final name. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** One line for a person: what was found, what was guessed, what is doubtful. */
  readonly onMessage?: (line: string) => void;
}

export interface FuseOptions extends RunOptions, GuideOptions {
  /** A name that `methods` lists, or `auto`; `mtf-glp-fs` by default. */
  readonly method?: string;
  /** Weights file of a network. */
  readonly weights?: string;
  /** Ratio that the weights were trained at, where they do not tell it; 4 by default. */
  readonly weightsRatio?: number;
  /**
   * Of a network that clusters pixels: each window for itself (by default), or by clusters found
   * once for the scene, so that windows agree.
   */
  readonly clustering?: 'window' | 'scene';
  /** Folder for the network's maps of clusters, a GeoTIFF a level. */
  readonly maps?: string;
  /** Of a network that samples (ssdiff, sbm): its sampler and evaluations by one name. */
  readonly preset?: string;
  /** One of the network's samplers, in place of the preset's. */
  readonly sampler?: string;
  /** Evaluations of the network an image, in place of the preset's. */
  readonly steps?: number;
  /** Of all noise; 1 by default. With one seed every run gives the same. */
  readonly seed?: number;
  /** Images whose mean is written; 1 by default, 8 with `uncertainty`. */
  readonly samples?: number;
  /** GeoTIFF for each band's mean and standard deviation over the samples, as float32. */
  readonly uncertainty?: string;
  /**
   * 0 to 1: after each evaluation the image is corrected by so much of what MS lacks of it, blurred
   * and reduced (a step of back-projection); 0 by default.
   */
  readonly consistency?: number;
  /** One weight an input band, for methods that take an intensity. */
  readonly bandWeights?: readonly number[];
  /** `released` keeps the known faults of a classical method's original; `mended` by default. */
  readonly mode?: 'mended' | 'released';
  /** Side in PAN pixels of the blocks that `bdsd` fits one by one; the whole scene by default. */
  readonly block?: number;
  /** 1-based bands to write, in that order; all by default. */
  readonly bands?: readonly number[];
  /** A name that `sensors` lists; guessed by default. */
  readonly sensor?: string;
  /** Integer output is clamped to 2^bitDepth - 1. */
  readonly bitDepth?: number;
  /** Replaces what the files say; 'none' ignores it. */
  readonly nodata?: number | 'none';
  readonly resampling?: Resampling;
  readonly extent?: 'union' | 'intersection';
  /** `size` spreads MS over PAN's extent whatever their geotransforms say, as gdal_pansharpen does. */
  readonly align?: 'georeference' | 'size';
  readonly compress?: Compression;
  readonly cog?: boolean;
  readonly overviews?: boolean;
  readonly overwrite?: boolean;
  /** Side of the output windows in pixels, a multiple of 16. */
  readonly tile?: number;
  /** Bytes that all processes together may hold. */
  readonly memory?: number;
  /** Worker threads; all cores by default. */
  readonly threads?: number;
  /** Goes on where an interrupted run stopped. */
  readonly resume?: boolean;
}

export interface FuseResult {
  /** How a guide of several bands explains the bands; absent with a PAN of one band. */
  readonly guide?: GuideSummary;
  readonly method: string;
  /** With `auto`: why this method, and what the others came to. */
  readonly auto?: AutoChoice;
  readonly output: string;
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  readonly dataType: string;
  readonly sensor: string;
  /** PAN pixels a MS pixel, [rows, columns]. */
  readonly ratio: readonly [number, number];
  /** Where the outer corner of MS lies, in PAN pixels from PAN's, [rows, columns]. */
  readonly offset: readonly [number, number];
  readonly seconds: number;
  readonly peakRssMb: number;
  /** Windows taken over from an interrupted run. */
  readonly resumedWindows: number;
  /** Maps of clusters that were written, full size first. */
  readonly maps?: readonly string[];
  /** Of a network that samples: how. */
  readonly sampling?: FusedSampling;
  /** The file of means and deviations. */
  readonly uncertainty?: string;
}

export interface FusedSampling {
  readonly sampler: string;
  readonly steps: number;
  readonly seed: number;
  readonly samples: number;
  readonly consistency: number;
}
