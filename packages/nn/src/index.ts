export * from './layers.js';
export { type MambaJob, type MambaOptions, mambaBlocks } from './mamba-block.js';
export { residualBlock } from './residual-block.js';
export { fromOrder, type Grid, type ScanOrder, toOrder } from './scan-order.js';
export { type Ss2dOptions, ss2d } from './ss2d.js';
export { type SsimOptions, ssim } from './ssim.js';
