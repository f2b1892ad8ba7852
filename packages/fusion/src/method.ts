/**
 * What every fusion method is to those who run it: it may first gather statistics of the whole
 * scene, then it fuses one window at a time. A window's values never depend on where it was cut.
 */

import type { AxisMap, Border, DataType, FloatSamples, Span } from '@bandweave/image';

/** `mended` repairs known faults of the originals; `released` computes what they compute. */
export type Mode = 'mended' | 'released';

/** How a MS grid lies under the output grid, and what is known of the sensor. */
export interface Scene {
  readonly bands: number;
  /** Size of the output grid, which is PAN's. */
  readonly height: number;
  readonly width: number;
  readonly msHeight: number;
  readonly msWidth: number;
  /** Where PAN lies on the output grid: the grid itself unless extents were cut or joined. */
  readonly panExtent: { readonly rows: Span; readonly cols: Span };
  /** PAN pixels a MS pixel. */
  readonly ratio: { readonly rows: number; readonly cols: number };
  /** PAN position (0 = centre of the first pixel) of the centre of MS pixel 0, on each axis. */
  readonly phase: { readonly rows: number; readonly cols: number };
  /** True where that enlargement is the toolbox's 23-tap polynomial on both axes. */
  readonly polynomial: boolean;
  /** Enlargement of MS to the output grid. */
  readonly enlarge: { readonly rows: AxisMap; readonly cols: AxisMap };
  /** What stands outside MS; `circular` (the toolbox's) serves only a window that is the scene. */
  readonly msBorder: Border;
  /** Gain of the sensor's MTF at the MS Nyquist frequency, one a band. */
  readonly msGains: readonly number[];
  /** Weights of an intensity, one a band; absent: the method's own. */
  readonly bandWeights?: readonly number[];
  readonly panType: DataType;
  /** Gain of the sensor's MTF at the MS Nyquist frequency for PAN. */
  readonly panGain: number;
  /** Side in PAN pixels of the blocks of a local method; absent: one model for the scene. */
  readonly block?: number;
  /** Whether the known faults of a method's original are repaired. */
  readonly mode: Mode;
}

/** Samples of one or more bands over a rectangle that may reach outside its raster. */
export interface Patch {
  readonly data: FloatSamples;
  readonly bands: number;
  readonly row: number;
  readonly col: number;
  readonly height: number;
  readonly width: number;
  /** [height, width], absent where all is valid. */
  readonly mask?: Uint8Array;
}

/** One window of the output grid with all that a method may look at. */
export interface FusionWindow {
  readonly rows: Span;
  readonly cols: Span;
  readonly height: number;
  readonly width: number;
  /** [height, width] */
  readonly pan: FloatSamples;
  /** PAN with the method's margin around the window, filled by its border rule. */
  readonly panAround: Patch;
  /** MS as it came, over what the window needs. */
  readonly ms: Patch;
  /** MS enlarged to the output grid: [bands, height, width]. */
  readonly exp: FloatSamples;
  /** The same with the method's `expMargin` around the window, cut off where the grid ends. */
  readonly expAround: Patch;
  /** [height, width]; 1 where PAN and every band of MS are known. Absent: everywhere. */
  readonly mask?: Uint8Array;
}

/** Sums over the scene, added window by window, from which parameters follow. */
export interface Statistics<P> {
  /** How many sums there are. */
  size(scene: Scene): number;
  /** Adds what one window contributes; windows partition the scene. */
  add(window: FusionWindow, scene: Scene, sums: Float64Array): void;
  /** Takes in what another part of the scene gathered; the sums are added where this is absent. */
  merge?(into: Float64Array, part: Float64Array, scene: Scene): void;
  /** Plain data, so that workers and files can pass it on. */
  solve(sums: Float64Array, scene: Scene): P;
}

/** A second pass over the scene, for sums that depend on what the first has found. */
export interface Refinement<P> {
  size(scene: Scene, first: P): number;
  add(window: FusionWindow, scene: Scene, pass: { readonly first: P; sums: Float64Array }): void;
  solve(sums: Float64Array, scene: Scene, first: P): P;
}

export interface FusionMethod<P = unknown> {
  readonly name: string;
  readonly title: string;
  /** Who published it. */
  readonly source: string;
  /** PAN pixels that must be known around a window. */
  panMargin(scene: Scene): number;
  readonly panBorder: Border;
  /** Pixels of enlarged MS that must be known around a window; 0 where absent. */
  expMargin?(scene: Scene): number;
  /** Pixels of MS as it came that must be known around those under a window; 0 where absent. */
  msMargin?(scene: Scene): number;
  readonly statistics?: Statistics<P>;
  readonly refinement?: Refinement<P>;
  /**
   * `scene`: the mathematics couples all pixels, so a window should be the scene; larger ones are
   * worked on in overlapping blocks. `window` where absent.
   */
  readonly extent?: 'window' | 'scene';
  /** Side of the largest block that a method of extent `scene` takes at once; absent: any. */
  readonly largestBlock?: number;
  /** Writes [bands, height, width]; values at masked pixels are of no account. */
  fuse(window: FusionWindow, scene: Scene, parameters: P, out: FloatSamples): void;
}
