/** A raster source that shows some bands of another, in any order. */

import type { RasterInfo, RasterSource } from '@bandweave/image';
import { checkBands } from './windows.js';

/** The source with only `bands` (0-based); closing it closes the other. */
export function pickBands<S extends RasterSource>(source: S, bands: readonly number[]): S {
  const { name } = source;
  checkBands(name, source.info, bands);
  const info = pickInfo(source.info, bands);
  return {
    ...source,
    info,
    read(window, options = {}) {
      const wanted = checkBands(name, info, options.bands).map((band) => bands[band]);
      return source.read(window, { ...options, bands: wanted });
    },
    close: () => source.close(),
  };
}

function pickInfo(info: RasterInfo, bands: readonly number[]): RasterInfo {
  const pick = <T>(values: readonly T[]) => bands.map((band) => values[band]);
  return {
    ...info,
    bands: bands.length,
    bandNames: pick(info.bandNames),
    colors: pick(info.colors),
    ...(info.scales ? { scales: pick(info.scales) } : {}),
    ...(info.offsets ? { offsets: pick(info.offsets) } : {}),
    ...(info.wavelengths ? { wavelengths: pick(info.wavelengths) } : {}),
    ...(info.bandWidths ? { bandWidths: pick(info.bandWidths) } : {}),
    ...(info.goodBands ? { goodBands: pick(info.goodBands) } : {}),
    ...(info.units ? { units: pick(info.units) } : {}),
  };
}
