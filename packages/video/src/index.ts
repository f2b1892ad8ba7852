export { type Animated, type AnimateOptions, animate, sideOf } from './animate/animate.js';
export {
  type AnimateClipOptions,
  type AnimateClipResult,
  type AnimatedClip,
  animateClip,
  type ClipScores,
} from './animate/animate-clip.js';
export { toFrame, toRaster, toSigned } from './animate/frames.js';
export { compensatedDifference, likeness, neighbourDifference } from './animate/measures.js';
export {
  type ClipActivation,
  type ClipImageConfig,
  type ClipTextConfig,
  clipConfigsFrom,
  clipImageConfig,
  clipTextConfig,
} from './clip/config.js';
export { clipImage } from './clip/image-encoder.js';
export { clipImageEmbedding, clipTextEmbedding } from './clip/model.js';
export { fromOpenAiClip, isOpenAiClip } from './clip/openai-weights.js';
export { CLIP_PIXELS, clipPixels, type PixelStatistics } from './clip/pixels.js';
export {
  type ConsistencyOptions,
  cosines,
  type Embeddings,
  frameConsistency,
  textualAlignment,
} from './clip/score.js';
export { clipText, type TextEncoding } from './clip/text-encoder.js';
export {
  clipWords,
  createTokenizer,
  type Tokenizer,
  type TokenizerOptions,
} from './clip/tokenizer.js';
export {
  type Vocabulary,
  vocabularyFromFiles,
  vocabularyFromMerges,
} from './clip/vocabulary.js';
export {
  addNoise,
  type DdimStep,
  type DdimStepOptions,
  ddimStep,
  invertStep,
  type StepOptions,
  trainingTarget,
  velocity,
} from './diffusion/ddim.js';
export {
  type NoiseSchedule,
  noiseSchedule,
  type Prediction,
  STABLE_DIFFUSION,
  timestepsOf,
} from './diffusion/schedule.js';
export {
  invert,
  type Predict,
  type SampleOptions,
  sampleLatent,
  type WayOptions,
} from './diffusion/trajectory.js';
export { type ClipFolder, openClipFolder } from './folder/clip-folder.js';
export { type ModelFolder, openModelFolder } from './folder/model-folder.js';
export {
  type ModelParts,
  type WriteFolderOptions,
  writeModelFolder,
} from './folder/write-folder.js';
export {
  decodeFrames,
  type EncodeFramesOptions,
  encodeFrames,
  type LatentClip,
  type LatentsOptions,
} from './run/latents.js';
export { type OpenTraceOptions, openTrace } from './run/open-trace.js';
export {
  type NoiseNetwork,
  openPredictor,
  type Predictor,
  type PredictorOptions,
  predictedNoise,
} from './run/predictor.js';
export { openScorer, type Scorer } from './run/scorer.js';
export { type EncodeTextsOptions, encodeTexts } from './run/texts.js';
export { type CheckOptions, checkShapes, weightShapes } from './run/weight-shapes.js';
export { ABLATIONS, type Ablation, type AblationName, ablationOf } from './tuning/ablation.js';
export { holdsTuning, tunedWeightsOf } from './tuning/checkpoints.js';
export {
  createTuner,
  type Tuner,
  type TunerOptions,
  type TuningBatch,
  type TuningStep,
} from './tuning/tuner.js';
export { type UNetConfig, unetConfig, unetFactor } from './unet/config.js';
export { inflated, TEMPORAL, TUNED } from './unet/inflate.js';
export {
  toClips,
  toPictures,
  type UNetInputs,
  type UNetOptions,
  unet,
} from './unet/network.js';
export {
  type Posterior,
  samplePosterior,
  vaeDecode,
  vaeEncode,
  type Watch,
} from './vae/autoencoder.js';
export { type VaeConfig, vaeConfig, vaeFactor } from './vae/config.js';
export { type VgtConfig, vgtConfig } from './vgt/config.js';
export {
  type DiscriminatorConfig,
  discriminator,
  discriminatorLoss,
  foolingLoss,
  type Judged,
  perceptualLoss,
} from './vgt/discriminator.js';
export {
  type GeneratorLoss,
  type GeneratorLossOptions,
  generatorLoss,
  HYPER_LOSS,
  type LossWeights,
  PLAIN_LOSS,
} from './vgt/loss.js';
export { vgt } from './vgt/network.js';
