export { type AdamOptions, adam, adamW } from './adam.js';
export { type Clip, clipGradients, globalNorm } from './clip.js';
export type { ParameterGroup } from './groups.js';
export type { Optimizer, StepContext, Update } from './optimizer.js';
export {
  constantSchedule,
  cosineRestarts,
  cosineSchedule,
  perEpoch,
  type RestartOptions,
  type Schedule,
  stepSchedule,
  warmUp,
} from './schedule.js';
export { type SgdOptions, sgd } from './sgd.js';
export { type TrainStep, type TrainStepOptions, trainStep } from './train-step.js';
export {
  createTrainer,
  type StepResult,
  type Trainer,
  type TrainerOptions,
  type Turns,
  turnAt,
} from './trainer.js';
export type { StateTensor, UpdateOptions, UpdatePlan } from './update-plan.js';
