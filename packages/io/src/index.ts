export type { GeoTiffDetails } from './geotiff/details.js';
export type { GeoTiffOptions, GeoTiffSource } from './geotiff/source.js';
export { type OpenedRaster, type OpenOptions, openRaster } from './open.js';
export { type ImageOptions, type Picture, readImage } from './picture/read.js';
export { parseSpec, type RasterSpec } from './spec.js';
