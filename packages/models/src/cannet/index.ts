export {
  type AssignmentCache,
  clusteringOfEpoch,
  createAssignmentCache,
  type EpochClustering,
} from './assignment-cache.js';
export { canConv } from './canconv.js';
export { CANNET_WV3, type CanNetConfig, canNetConfigFrom } from './config.js';
export type { Clustering } from './guide.js';
export { kMeans, seeds } from './kmeans.js';
export { type CanNetInputs, type CanNetTrace, canNet } from './network.js';
export { joinSmall } from './partition.js';
