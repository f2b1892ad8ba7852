export { type FoundPair, findPairs } from './find-pairs.js';
export { type ReadScenesOptions, readTrainingScenes } from './read-scenes.js';
