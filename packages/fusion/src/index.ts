export * from './cnmf/cnmf.js';
export { type ClassOptions, contextualGsa } from './component-substitution/c-gsa.js';
export { exp } from './exp.js';
export * from './fuse-arrays.js';
export { gather } from './gather.js';
export { type CoarseGrid, coarseGrid } from './guide/coarse-guide.js';
export * from './guide/estimate-response.js';
export * from './guide/group-bands.js';
export { type Fit, GuideMoments } from './guide/guide-moments.js';
export * from './guide/hyper-sharpen.js';
export { type CoarsePan, type Decimation, decimatePan } from './low-pass/coarse-grid.js';
export { mtfDecimation } from './low-pass/mtf-decimation.js';
export type * from './method.js';
export * from './methods.js';
export { filterEstimated } from './multiresolution/fe-hpm.js';
export { type ContextOptions, contextBased } from './multiresolution/mtf-glp-cbd.js';
export * from './scene.js';
export { namesOf, severalMethods } from './several.js';
export { type ModelBasedOptions, modelBased } from './whole-scene/pwmbf.js';
export { type SparseOptions, sparseDetail } from './whole-scene/sr-d.js';
export { totalVariation, type VariationOptions } from './whole-scene/tv.js';
export {
  cutWindow,
  msSpans,
  panSpans,
  type Region,
  type WindowSpans,
} from './window.js';
export { WindowBuffers } from './window-buffers.js';
