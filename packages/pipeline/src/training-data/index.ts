export { type AdaptOptions, type AdaptResult, adaptNetwork } from './adapt-network.js';
export { type FoundPair, findPairs } from './find-pairs.js';
export { readPictureScenes } from './read-pictures.js';
export { type ReadScenesOptions, readTrainingScenes } from './read-scenes.js';
export { simulateSet } from './simulate-set.js';
export {
  type TrainNetworkOptions,
  type TrainNetworkResult,
  trainNetwork,
} from './train-network.js';
