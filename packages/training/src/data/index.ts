export {
  type Augmentation,
  drawVariation,
  NO_AUGMENTATION,
  type Variation,
} from './augmentation.js';
export { type Batch, type BatchPlan, batchMaker } from './batch.js';
export { type BatchSource, batchSource } from './batch-source.js';
export { type PictureParts, pictureScene } from './picture-scene.js';
export { type Rendition, renderScene, turned } from './rendition.js';
export { cutScene, dataHash, type SceneParts, type TrainingScene, trainingScene } from './scene.js';
export { type Split, type SplitOptions, splitByPlace } from './split.js';
