export { type EdsrConfig, edsr, edsrConfig, edsrConfigFrom } from './network.js';
