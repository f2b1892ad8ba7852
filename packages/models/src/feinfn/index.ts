export { type FeInfnConfig, feInfnConfig, feInfnConfigFrom } from './config.js';
export { feInfnDefinition } from './definition.js';
export {
  type FeInfnInputs,
  type FeInfnOptions,
  type FeInfnTrace,
  feInfn,
  feInfnTrace,
  withoutTables,
} from './network.js';
