export * from './fusion-network.js';
export * from './fusionmamba/index.js';
export * from './network-list.js';
export {
  createWindowRunner,
  type WindowInputs,
  type WindowNetwork,
  type WindowRunner,
  type WindowRunnerOptions,
} from './window-runner.js';
