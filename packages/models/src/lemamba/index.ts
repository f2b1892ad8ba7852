export type { DepthFactors } from './block.js';
export {
  LEMAMBA_WV3,
  type LeMambaConfig,
  type LeMambaOptions,
  leMambaConfig,
  type ScanConfig,
  type StageConfig,
  sideMultiple,
} from './config.js';
export { leMambaDefinition } from './definition.js';
export { type LeMamba, type LeMambaInputs, leMamba } from './network.js';
export { leMambaConfigFrom, type ReadConfigOptions } from './read-config.js';
