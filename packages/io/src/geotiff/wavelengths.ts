/** Wavelengths of bands in GDAL's metadata: per band `wavelength`, or in the domain IMAGERY. */

import type { RasterInfo } from '@bandweave/image';
import type { MetadataItem } from './metadata-xml.js';

/** In micrometres: GDAL from 3.10 on. Before, `wavelength` with its unit as ENVI states them. */
const CENTRE = 'CENTRAL_WAVELENGTH_UM';
const WIDTH = 'FWHM_UM';
const IMAGERY = 'IMAGERY';

/** What the items say of the bands, in nanometres. */
export function readWavelengths(
  items: readonly MetadataItem[],
  bands: number,
): Pick<RasterInfo, 'wavelengths' | 'bandWidths' | 'goodBands'> {
  const centres = new Array<number>(bands).fill(Number.NaN);
  const widths = new Array<number>(bands).fill(Number.NaN);
  const good = new Array<boolean>(bands).fill(true);
  const micrometres = new Set<number>();
  for (const { name, value, sample } of items) {
    if (sample !== undefined && name === 'wavelength_units' && /^micro|^um$/i.test(value)) {
      micrometres.add(sample);
    }
  }
  for (const { name, value, sample } of items) {
    if (sample === undefined || sample >= bands) continue;
    const figure = Number(value);
    const unit = micrometres.has(sample) ? 1000 : 1;
    if (name === 'wavelength') centres[sample] = figure * unit;
    else if (name === 'fwhm') widths[sample] = figure * unit;
    else if (name === CENTRE) centres[sample] = round(figure * 1000);
    else if (name === WIDTH) widths[sample] = round(figure * 1000);
    else if (name === 'bad_band') good[sample] = value !== '1';
  }
  return {
    ...(centres.some(Number.isFinite) ? { wavelengths: centres } : {}),
    ...(widths.some(Number.isFinite) ? { bandWidths: widths } : {}),
    ...(good.includes(false) ? { goodBands: good } : {}),
  };
}

/** The items of one band, in both forms. */
export function wavelengthItems(info: RasterInfo, sample: number): MetadataItem[] {
  const items: MetadataItem[] = [];
  const centre = info.wavelengths?.[sample] ?? Number.NaN;
  const width = info.bandWidths?.[sample] ?? Number.NaN;
  if (Number.isFinite(centre)) {
    items.push({ name: 'wavelength', value: String(centre), sample });
    items.push({ name: 'wavelength_units', value: 'Nanometers', sample });
    items.push({ name: CENTRE, value: String(round(centre / 1000)), sample, domain: IMAGERY });
  }
  if (Number.isFinite(width)) {
    items.push({ name: 'fwhm', value: String(width), sample });
    items.push({ name: WIDTH, value: String(round(width / 1000)), sample, domain: IMAGERY });
  }
  if (info.goodBands?.[sample] === false) items.push({ name: 'bad_band', value: '1', sample });
  return items;
}

/** Without the digits that a change of unit adds. */
function round(value: number): number {
  return Number(value.toPrecision(12));
}
