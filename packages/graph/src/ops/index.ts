export * from './activation.js';
export * from './arithmetic.js';
export { atan2 } from './atan2.js';
export { type AttentionOptions, attention } from './attention.js';
export {
  type BatchNormOptions,
  type BatchNormTrainingOptions,
  batchNorm,
  batchNormTraining,
} from './batch-norm.js';
export { expand, type ReduceOptions, reshape, sum, sumTo } from './broadcast.js';
export { causalConv } from './causal-conv.js';
export * from './comparison.js';
export * from './conv.js';
export * from './cumulative.js';
export * from './einsum.js';
export * from './elementwise.js';
export * from './fourier.js';
export * from './gabor.js';
export * from './gather.js';
export {
  gatherElements,
  gatherND,
  type ScatterElementsOptions,
  scatterElements,
  scatterNDAdd,
} from './gather-elements.js';
export * from './grid-sample.js';
export * from './group-norm.js';
export * from './haar.js';
export { inferenceOnly } from './inference-only.js';
export * from './layer-norm.js';
export * from './layout.js';
export { linearRecurrence } from './linear-recurrence.js';
export * from './matmul.js';
export * from './one-hot.js';
export * from './order.js';
export * from './pad.js';
export { type RawLoopOptions, rawLoop } from './raw-loop.js';
export { type Direction, type RawScanOptions, rawScan } from './raw-scan.js';
export * from './reduce.js';
export * from './repeat.js';
export * from './resize.js';
export type { ResizeAlign, ResizeMode } from './resize-weights.js';
export * from './scan.js';
export { scanByAttention } from './scan-by-attention.js';
export * from './selective-scan.js';
export * from './shuffle.js';
export * from './softmax.js';
export { fromStateLayout, toStateLayout } from './state-layout.js';
export * from './windows.js';
