export { pnnDefinition } from './definition.js';
export {
  type PnnConfig,
  type PnnInputs,
  pnn,
  pnnConfig,
  pnnConfigFrom,
  pnnReach,
} from './network.js';
