export { panNetDefinition } from './definition.js';
export {
  highPass,
  type PanNetConfig,
  type PanNetInputs,
  panNet,
  panNetConfig,
  panNetConfigFrom,
  panNetReach,
} from './network.js';
