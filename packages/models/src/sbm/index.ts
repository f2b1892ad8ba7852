export {
  type Bridge,
  constantBridge,
  labelOf,
  type Marginal,
  marginal,
  symmetricBridge,
  type Transition,
  targetOf,
  transition,
  velocity,
} from './bridge.js';
export {
  type BridgeSchedule,
  type Path,
  type Prediction,
  SBM_SIZES,
  type SbmConfig,
  sbmConfigFrom,
} from './config.js';
export { estimate, matchingLoss } from './matching.js';
export { type SbmInputs, sbm } from './network.js';
export { type Predict, type SampleOptions, sampleBridge, timesOf } from './sampler.js';
export { bridgeSampling } from './sampling.js';
