/**
 * Bandweave as a library: everything that an application needs, and no more. The names here are
 * the product's promise; what the workspaces export besides may change.
 */

/** Fusion of arrays in memory, and the methods by name. */
export {
  type FuseArraysOptions,
  type FusionMethod,
  findMethod,
  fuseArrays,
} from '@bandweave/fusion';
/** Weights files of networks. */
export { convertWeights, loadStateDict, openStateDict, type StateDict } from '@bandweave/graph';
/** Rasters, sensors, Wald's protocol on arrays, and the error that a caller can mend. */
export {
  affine,
  type DataType,
  findSensor,
  InputError,
  isInputError,
  type Raster,
  type RasterInfo,
  type RasterSink,
  type RasterSource,
  SENSORS as sensors,
  type Sensor,
  type Transform,
  type Window,
  waldDegrade,
} from '@bandweave/image';
export { syntheticScene } from '@bandweave/image/synthetic';
/** Files: GeoTIFF read by windows from disk or by HTTP ranges, and written by windows. */
export {
  createGeoTiff,
  describe,
  type GeoTiffWriteOptions,
  type OpenedRaster,
  openRaster,
  writePng,
} from '@bandweave/io';
/** Indices of arrays in memory. */
export { assessFullResolution, assessReference, indexInfo } from '@bandweave/metrics';
/** The verbs: files of any size in, files and figures out. */
export {
  type AssessAgainst,
  type AssessOptions,
  type AssessResult,
  assess,
  type DeblurFileOptions,
  type DenoiseFileOptions,
  deblurFile,
  denoiseFile,
  type FuseOptions,
  type FuseResult,
  fuse,
  type MethodInfo,
  methods,
  type Progress,
  type RasterInput,
  type RestoreResult,
  type RunOptions,
  type SimulateInputs,
  type SimulateOptions,
  type SimulateResult,
  simulate,
} from '@bandweave/pipeline';
/** One self-contained HTML page. */
export { type ReportData, renderFuseReport, renderReport } from '@bandweave/report';
