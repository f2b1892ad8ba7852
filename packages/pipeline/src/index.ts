export * from './align.js';
export * from './fuse.js';
export * from './fuse-options.js';
export { stackSources } from './stack.js';
