export { type SsDiffConfig, ssDiffConfigFrom, usedBySsDiff } from './config.js';
export { ssDiffDefinition } from './definition.js';
export { dampLow } from './low-frequency.js';
export { type NormMode, type SsDiffInputs, ssDiff } from './network.js';
export {
  RELEASED,
  type SampledStep,
  type SamplerInputs,
  type SamplerOptions,
  sampleSteps,
  TRAINING_STEPS,
} from './sampler.js';
export {
  cosineNoise,
  type DiffusionSchedule,
  linearNoise,
  posterior,
  respaced,
} from './schedule.js';
export { type EvaluatePatch, mergePatches, type TiledImage } from './tiling.js';
