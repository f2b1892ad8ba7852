export * from './data.js';
export { renderReport } from './render-report.js';
