/** The raster type: pixels in memory, what is known about them, and where they come from or go. */

import type { DataType, Samples } from './samples.js';
import type { Transform } from './transform.js';

/** A rectangle of pixels; may not reach outside the raster that it is read from. */
export interface Window {
  readonly row: number;
  readonly col: number;
  readonly height: number;
  readonly width: number;
}

/** Pixels in memory, band after band. */
export interface Raster<T extends Samples = Samples> {
  readonly bands: number;
  readonly height: number;
  readonly width: number;
  /** [bands, height, width] */
  readonly data: T;
  /** [height, width], 1 where the pixel holds data; absent where every pixel does. */
  readonly mask?: Uint8Array;
}

export type ColorInterpretation =
  | 'undefined'
  | 'gray'
  | 'palette'
  | 'red'
  | 'green'
  | 'blue'
  | 'alpha';

/** A coordinate reference system as the file states it; passed on unchanged. */
export interface Crs {
  /** EPSG code, where the file names one. */
  readonly epsg?: number;
  /** A name for people, such as "WGS 84 / UTM zone 49N" or "EPSG:32649". */
  readonly name: string;
  /** GeoTIFF keys, as stored: what lets any system pass through without being understood. */
  readonly geoKeys?: {
    readonly directory: readonly number[];
    readonly doubles: readonly number[];
    readonly ascii: string;
  };
}

/** How the file says which pixels hold no data. */
export type MaskKind = 'none' | 'nodata' | 'mask' | 'alpha';

/** Everything that is known of a raster besides its pixels. */
export interface RasterInfo {
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  readonly dataType: DataType;
  /** Significant bits where the file states fewer than the type has (12 in a uint16). */
  readonly bits?: number;
  readonly transform?: Transform;
  readonly crs?: Crs;
  /** NaN is a possible value. */
  readonly nodata?: number;
  readonly maskKind: MaskKind;
  /** One name a band; '' where the file gives none. */
  readonly bandNames: readonly string[];
  readonly colors: readonly ColorInterpretation[];
  /** [height, width] of the blocks that are stored together. */
  readonly blockSize: readonly [height: number, width: number];
  /** Per band: value = stored * scale + offset; passed on, never applied on reading. */
  readonly scales?: readonly number[];
  readonly offsets?: readonly number[];
  /** Unit of each band's values, such as "reflectance"; '' where the file gives none. */
  readonly units?: readonly string[];
  /** Centre of each band in nanometres; NaN where the file gives none for it. */
  readonly wavelengths?: readonly number[];
  /** Full width of each band at half maximum, in nanometres. */
  readonly bandWidths?: readonly number[];
  /** False for bands that the file itself calls bad (water vapour, noise). */
  readonly goodBands?: readonly boolean[];
  readonly areaOrPoint: 'area' | 'point';
  /** RPC coefficients as stored in the file's RPC tag (92 doubles). */
  readonly rpc?: readonly number[];
  /** Ground control points: [col, row, x, y, z] each. */
  readonly gcps?: readonly (readonly number[])[];
  /** Colour table as TIFF stores it: all reds, all greens, all blues, 0 to 65535. */
  readonly palette?: readonly number[];
  /** Free metadata of the file (GDAL's default domain). */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface ReadOptions {
  /** 0-based bands, in the order wanted; all by default. */
  readonly bands?: readonly number[];
  readonly signal?: AbortSignal;
}

/** An open raster that is read window by window. */
export interface RasterSource {
  /** Path or address, for messages. */
  readonly name: string;
  readonly info: RasterInfo;
  /** The samples in the file's own type; the mask is worked out from nodata, mask or alpha. */
  read(window: Window, options?: ReadOptions): Promise<Raster>;
  close(): Promise<void>;
}

/** A raster that is being written window by window. */
export interface RasterSink {
  readonly name: string;
  readonly info: RasterInfo;
  /** Takes any window once; pixels that nobody wrote read as nodata (or 0). */
  write(window: Window, raster: Raster): Promise<void>;
  /** Completes the file and gives it its final name. */
  finish(): Promise<void>;
  /** Takes back everything; nothing is left under the final name. */
  abort(): Promise<void>;
}
