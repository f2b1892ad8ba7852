export { type ResCnnConfig, resCnnConfig } from './config.js';
export { resCnnDefinition } from './definition.js';
export { resCnn } from './network.js';
