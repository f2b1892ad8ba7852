export { findSuperResolver, SUPER_RESOLVERS } from './definitions.js';
export { type Enlarger, openEnlarger } from './enlarger.js';
export { openSuperResolution, type SuperResolution } from './open.js';
