/** Training as a library, apart from the rest: it loads the engine. `import ... from 'bandweave/training'`. */

export {
  type AdaptOptions,
  type AdaptResult,
  adaptNetwork,
  readTrainingScenes,
  simulateSet,
  type TrainNetworkOptions,
  type TrainNetworkResult,
  trainNetwork,
} from '@bandweave/pipeline/training';
