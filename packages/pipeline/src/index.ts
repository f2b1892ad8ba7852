export * from './fuse-options.js';
