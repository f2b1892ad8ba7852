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
export { type Predict, type SampleOptions, sampleBridge, timesOf } from './sampler.js';
