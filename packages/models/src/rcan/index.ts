export { type RcanConfig, rcan, rcanConfig, rcanConfigFrom } from './network.js';
