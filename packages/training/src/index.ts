export { blurRows, type Consistency, consistencyLoss, type FullWindow } from './consistency.js';
export * from './data/index.js';
export { createEvaluator, type Evaluator, errorLeft, type Indices } from './evaluator.js';
export type { LogEntry } from './run-folder.js';
export { type TrainOptions, type TrainResult, train } from './train.js';
export {
  parseRecipe,
  RECIPE_FILE,
  type RecipeFile,
  type Settings,
  settingsFor,
} from './train-options.js';
export { metadataOf, writeWeights } from './weights-file.js';
