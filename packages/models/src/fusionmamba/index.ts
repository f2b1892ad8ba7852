export {
  configFromStateDict,
  FUSIONMAMBA_WV3,
  type FusionMambaConfig,
  hyperspectralConfig,
} from './config.js';
export { fusionMambaDefinition } from './definition.js';
export type { FusionKind } from './fusion.js';
export { type LoadOptions, loadFusionMamba } from './load.js';
export { type FusionMamba, type FusionMambaInputs, fusionMamba } from './network.js';
