export { type SsDiffConfig, ssDiffConfigFrom, usedBySsDiff } from './config.js';
export { ssDiffDefinition } from './definition.js';
export { dampLow } from './low-frequency.js';
export { type NormMode, type SsDiffInputs, ssDiff } from './network.js';
export { type SampledStep, type SamplerInputs, sampleSteps } from './sampler.js';
export { RELEASED, type SamplerOptions, TRAINING_STEPS } from './sampler-options.js';
export { diffusionPlan, diffusionSampling } from './sampling.js';
export {
  cosineNoise,
  type DiffusionSchedule,
  linearNoise,
  posterior,
  respaced,
} from './schedule.js';
export { type EvaluatePatch, mergePatches, type TiledImage } from './tiling.js';
