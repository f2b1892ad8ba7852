export {
  type SwinIrConfig,
  type SwinIrUpsampler,
  swinIrConfig,
  swinIrConfigFrom,
  swinIrWeights,
} from './config.js';
export { swinIr } from './network.js';
