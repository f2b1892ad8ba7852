export * from './errors.js';
export * from './raster.js';
export * from './resample/index.js';
export * from './samples.js';
export type { Transform } from './transform.js';
export * as affine from './transform.js';
