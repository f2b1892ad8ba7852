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
