/** What a sensor's table says about the bands that a file really has. */

import { type Sensor, type SensorBand, spectralWeights } from './sensors.js';

/** A sensor's figures, one for each band of a file. */
export interface SensorFit {
  /** Which of the sensor's bands each file band is, where that is known. */
  readonly bands: readonly (SensorBand | undefined)[];
  readonly msGains: readonly number[];
  /** Adds up to 1. */
  readonly bandWeights: readonly number[];
  /** 0-based file bands for red, green, blue. */
  readonly trueColor: readonly [number, number, number];
  /** 0-based file bands for near infrared, red, green. */
  readonly falseColor: readonly [number, number, number];
}

/** Words that name a part of the spectrum, with a wavelength that lies in it. */
const WORDS: readonly (readonly [RegExp, number])[] = [
  [/coastal|aerosol|violet/, 430],
  [/red ?-?edge|\bre\b/, 720],
  [/yellow/, 605],
  [/blue/, 480],
  [/green/, 550],
  [/red/, 660],
  [/nir-? ?2/, 950],
  [/nir|infrared/, 835],
  [/swir-? ?1/, 1610],
  [/swir-? ?2/, 2200],
];

/**
 * The sensor's gains, weights and colours for a file of so many bands. Bands are matched by name
 * ("B4", "SR_B4", "red"), else by position where the file has the sensor's bands (or its first
 * ones, or none is known); what stays unknown takes the mean gain and no weight.
 */
export function fitSensor(
  sensor: Sensor,
  { bands, bandNames = [] }: { readonly bands: number; readonly bandNames?: readonly string[] },
): SensorFit {
  const words = Array.from({ length: bands }, (_, i) => wavelengthOf(bandNames[i] ?? ''));
  const matched = matchBands(sensor, { bands, bandNames, words });
  const mean = sensor.msGains.reduce((sum, gain) => sum + gain, 0) / sensor.msGains.length;
  const msGains = matched.map((band) => (band ? sensor.msGains[sensor.bands.indexOf(band)] : mean));
  const known = matched.filter((band) => band !== undefined);
  const weights = spectralWeights(known, sensor.panRange);
  let next = 0;
  const bandWeights = matched.map((band) => {
    if (known.length === 0) return 1 / bands;
    return band ? weights[next++] : 0;
  });
  const centres = matched.map((band, i) => (band ? (band.range[0] + band.range[1]) / 2 : words[i]));
  return {
    bands: matched,
    msGains,
    bandWeights,
    ...colours(centres, known.length === bands ? undefined : sensor),
  };
}

function matchBands(
  sensor: Sensor,
  {
    bands,
    bandNames,
    words,
  }: {
    bands: number;
    bandNames: readonly string[];
    words: readonly (number | undefined)[];
  },
): (SensorBand | undefined)[] {
  const byName = Array.from({ length: bands }, (_, i) => {
    const tokens = (bandNames[i] ?? '').toLowerCase().split(/[^a-z0-9]+/);
    const exact = sensor.bands.find((band) => tokens.includes(band.name.toLowerCase()));
    const wavelength = words[i];
    if (exact || wavelength === undefined) return exact;
    return sensor.bands.find(({ range: [low, high] }) => low <= wavelength && wavelength <= high);
  });
  const named = byName.filter((band) => band !== undefined);
  if (named.length > 0 && new Set(named).size === named.length) return byName;
  if (bands <= sensor.bands.length && bands >= Math.min(sensor.bands.length, 7)) {
    return sensor.bands.slice(0, bands);
  }
  return new Array<undefined>(bands).fill(undefined);
}

function wavelengthOf(name: string): number | undefined {
  return WORDS.find(([word]) => word.test(name.toLowerCase()))?.[1];
}

/** Bands for red, green, blue and near infrared by wavelength, else where they usually stand. */
function colours(
  centres: readonly (number | undefined)[],
  sensor?: Sensor,
): Pick<SensorFit, 'trueColor' | 'falseColor'> {
  const near = (low: number, high: number) =>
    centres.findIndex((centre) => centre !== undefined && centre >= low && centre <= high);
  const [red, green, blue, nir] = [near(620, 695), near(515, 595), near(455, 514), near(750, 900)];
  const last = centres.length - 1;
  const inside = (triple: readonly number[]) =>
    triple.map((band) => Math.min(band, last)) as [number, number, number];
  const usual = last < 2 ? [0, 0, 0] : [2, 1, 0];
  const fits = sensor && Math.max(...sensor.trueColor, ...sensor.falseColor) <= last;
  const trueColor = fits && sensor.name !== 'generic' ? sensor.trueColor : usual;
  const falseColor = fits ? sensor.falseColor : last < 3 ? trueColor : [3, 2, 1];
  return {
    trueColor: inside(red >= 0 && green >= 0 && blue >= 0 ? [red, green, blue] : trueColor),
    falseColor: inside(red >= 0 && green >= 0 && nir >= 0 ? [nir, red, green] : falseColor),
  };
}
