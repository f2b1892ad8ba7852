export { GraphError } from './errors.js';
export * from './files/index.js';
