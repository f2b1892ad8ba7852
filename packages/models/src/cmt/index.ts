export { modulatedAttention } from './attention.js';
export { CMT_SIZES, type CmtConfig, cmtConfigFrom, type Modulation } from './config.js';
export { fourierDistance, type HybridLoss, hybridLoss, waveletDistance } from './loss.js';
export { cmt } from './network.js';
