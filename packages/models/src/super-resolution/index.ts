export { findSuperResolver, SUPER_RESOLVERS } from './definitions.js';
export { openSuperResolution, type SuperResolution } from './open.js';
