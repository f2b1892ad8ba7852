/**
 * The sensors whose images people fuse: bands, resolutions, radiometry and MTF gains, from the
 * makers' band tables and the gains that the pansharpening toolboxes publish. Where nobody
 * publishes a gain, 0.30 (MS) and 0.15 (PAN) stand in and `gainsPublished` says so.
 */

import { InputError } from './errors.js';
import { SENSOR_TABLE } from './sensor-table.js';

/** A spectral band: a name and its limits in nanometres. */
export interface SensorBand {
  readonly name: string;
  readonly range: readonly [low: number, high: number];
}

export interface Sensor {
  /** Lower case, as `--sensor` takes it. */
  readonly name: string;
  readonly title: string;
  /** Other names that are understood. */
  readonly aliases: readonly string[];
  /** PAN's limits in nanometres; absent where the sensor has none. */
  readonly panRange?: readonly [low: number, high: number];
  /** MS bands in the order in which products deliver them; none where any number may come. */
  readonly bands: readonly SensorBand[];
  /** Pixel sizes in metres. */
  readonly panResolution?: number;
  readonly msResolution: number;
  /** PAN pixels a MS pixel. */
  readonly ratio: number;
  /** Significant bits of the counts. */
  readonly bits: number;
  /** Gain at Nyquist of each band; one value where `bands` is empty. */
  readonly msGains: readonly number[];
  readonly panGain: number;
  readonly gainsPublished: boolean;
  /** Share of each band in a PAN-like intensity, adding up to 1; see `spectralWeights`. */
  readonly bandWeights: readonly number[];
  /** 0-based bands for red, green, blue. */
  readonly trueColor: readonly [number, number, number];
  /** 0-based bands for near infrared, red, green. */
  readonly falseColor: readonly [number, number, number];
}

export const SENSORS: readonly Sensor[] = SENSOR_TABLE.map((row) => {
  const { msGains, panGain, ...rest } = row;
  const count = Math.max(1, row.bands.length);
  return {
    ...rest,
    msGains: msGains ?? new Array<number>(count).fill(0.3),
    panGain: panGain ?? 0.15,
    gainsPublished: msGains !== undefined,
    bandWeights: spectralWeights(row.bands, row.panRange),
  };
});

/**
 * How much of PAN each band explains: every wavelength inside PAN's range belongs to the band whose
 * limits hold it (shared where several do, to the nearest band where none does), and a band's
 * weight is its share of the range. A band wholly outside PAN gets 0 unless nothing else covers
 * its side. With no PAN range: equal weights.
 *
 * PAN is taken as equally sensitive over its range; where real responses are at hand a regression
 * on the scene, as GSA does, is better.
 */
export function spectralWeights(
  bands: readonly SensorBand[],
  panRange?: readonly [low: number, high: number],
): number[] {
  const weights = new Array<number>(bands.length).fill(0);
  if (bands.length === 0) return weights;
  if (!panRange) return weights.fill(1 / bands.length);
  const distance = ({ range: [low, high] }: SensorBand, at: number) =>
    Math.max(low - at, at - high, 0);
  for (let at = panRange[0] + 0.5; at < panRange[1]; at++) {
    const nearest = Math.min(...bands.map((band) => distance(band, at)));
    const owners = bands.flatMap((band, i) => (distance(band, at) === nearest ? [i] : []));
    for (const i of owners) weights[i] += 1 / owners.length;
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Letters and digits only, lower case: how names are compared. */
function normalise(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/**
 * The sensor of that name or alias, whatever its case and punctuation.
 *
 * @throws InputError that lists the names there are
 */
export function findSensor(name: string): Sensor {
  const wanted = normalise(name);
  const found = SENSORS.find((sensor) =>
    [sensor.name, sensor.title, ...sensor.aliases].some((known) => normalise(known) === wanted),
  );
  if (!found) {
    throw new InputError(
      `sensor: expected one of ${SENSORS.map((sensor) => sensor.name).join(', ')}, got '${name}'.`,
    );
  }
  return found;
}

/** MTF gains for so many bands: the sensor's own where the counts agree, else their mean for each. */
export function msGainsFor(sensor: Sensor, bands: number): number[] {
  if (sensor.msGains.length === bands) return [...sensor.msGains];
  const mean = sensor.msGains.reduce((sum, gain) => sum + gain, 0) / sensor.msGains.length;
  return new Array<number>(bands).fill(mean);
}
