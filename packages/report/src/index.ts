export * from './data.js';
export type { FoundGeometry } from './placement.js';
export { type FuseReportData, renderFuseReport } from './render-fuse-report.js';
export { renderReport } from './render-report.js';
