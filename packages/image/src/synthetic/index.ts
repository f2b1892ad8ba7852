export * from './scene.js';
export {
  MATERIAL_NAMES,
  type Material,
  materialSpectrum,
  type Spectrum,
  WAVELENGTH_COUNT,
  WAVELENGTH_START,
  WAVELENGTH_STEP,
} from './spectra.js';
