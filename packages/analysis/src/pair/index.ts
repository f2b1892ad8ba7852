export * from './analyse-pair.js';
export * from './pair-function.js';
export * from './pair-parts.js';
export * from './pair-responses.js';
export * from './source-shares.js';
