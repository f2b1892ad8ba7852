export * from './align.js';
export {
  type AlignedPair,
  type AlignedWindow,
  alignFused,
  type FusedPair,
  readAligned,
} from './assess/aligned-window.js';
export { assess } from './assess/assess.js';
export type * from './assess/assess-options.js';
export type * from './auto/auto-choice.js';
export { AUTO, chooseMethod, SAFE_METHOD } from './auto/choose-method.js';
export * from './compare/compare.js';
export type * from './compare/compare-options.js';
export * from './compare/compare-table.js';
export * from './compare/format-table.js';
export * from './fuse.js';
export * from './fuse-options.js';
export type * from './guide/guide-options.js';
export { type MethodInfo, methods } from './method-list.js';
export { checkOutput } from './output-check.js';
export { deblurFile, readKernel } from './restore/deblur.js';
export { denoiseFile } from './restore/denoise.js';
export type * from './restore/restore-options.js';
export { simulate } from './simulate/simulate.js';
export type * from './simulate/simulate-options.js';
export { writeRaster } from './simulate/write-raster.js';
export { stackSources } from './stack.js';
export { enlargedSource } from './upscale/enlarged-source.js';
export { upscaleFile } from './upscale/upscale.js';
export type * from './upscale/upscale-options.js';
export { withRasters } from './with-rasters.js';
