export * from './axis-map.js';
export * from './border.js';
export * from './kernels.js';
export * from './masked.js';
export * from './separable.js';
