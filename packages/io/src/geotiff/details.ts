/** What is particular to a GeoTIFF file: for `info`, not needed to work with its pixels. */

export interface GeoTiffDetails {
  readonly driver: 'GTiff';
  readonly bytes: number;
  readonly littleEndian: boolean;
  readonly bigTiff: boolean;
  readonly compression: string;
  readonly predictor: number;
  readonly interleave: 'pixel' | 'band';
  readonly tiled: boolean;
  /** Laid out for reading from the cloud, as GDAL marks it. */
  readonly cog: boolean;
  /** [height, width] of the internal overviews, largest first. */
  readonly overviews: readonly (readonly [height: number, width: number])[];
}
