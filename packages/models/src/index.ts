export * from './bandwise/index.js';
export * from './cannet/index.js';
export * from './cmt/index.js';
export * from './definition.js';
export * from './distance.js';
export * from './edsr/index.js';
export * from './enlarge.js';
export { type ExportedNetwork, exportNetwork } from './export-network.js';
export * from './feinfn/index.js';
export * from './fusion-network.js';
export * from './fusionmamba/index.js';
export * from './fusionnet/index.js';
export { l1AndSsim } from './l1-and-ssim.js';
export * from './lemamba/index.js';
export * from './network-list.js';
export * from './networks.js';
export * from './pannet/index.js';
export * from './pnn/index.js';
export * from './preparation.js';
export * from './rcan/index.js';
export * from './recipe.js';
export * from './rescnn/index.js';
export * from './run-sampling.js';
export * from './sampling.js';
export * from './sbm/index.js';
export * from './scene-noise.js';
export * from './shipped-weights.js';
export * from './ssdiff/index.js';
export * from './super-resolution/index.js';
export * from './swinir/index.js';
export * from './weights-metadata.js';
export {
  createWindowRunner,
  type WindowInputs,
  type WindowNetwork,
  type WindowRunner,
  type WindowRunnerOptions,
} from './window-runner.js';
export { withoutAliases } from './without-aliases.js';
