export { fusionNetDefinition } from './definition.js';
export {
  type FusionNetConfig,
  type FusionNetInputs,
  fusionNet,
  fusionNetConfig,
  fusionNetConfigFrom,
  fusionNetReach,
} from './network.js';
