export { type BandwiseConfig, bandwiseConfig } from './config.js';
export { bandwiseDefinition } from './definition.js';
export { bandwise } from './network.js';
