export type { RankChart, RankEntry } from './chart/rank-chart.js';
export { standaloneSvg } from './chart/standalone.js';
export { surfaceChart } from './chart/surface-chart.js';
export * from './data.js';
export type { FoundGeometry } from './placement.js';
export {
  type AnalysisChart,
  type AnalysisReportData,
  analysisChart,
  renderAnalysisReport,
} from './render-analysis-report.js';
export { type BandReportData, renderBandReport } from './render-band-report.js';
export {
  type ClipFrame,
  type ClipReportData,
  type ClipRow,
  renderClipReport,
} from './render-clip-report.js';
export { type CurvePoint, type CurvesData, renderCurves } from './render-curves.js';
export { type FuseReportData, renderFuseReport } from './render-fuse-report.js';
export { renderReport } from './render-report.js';
export { type RestoreReportData, renderRestoreReport } from './render-restore-report.js';
