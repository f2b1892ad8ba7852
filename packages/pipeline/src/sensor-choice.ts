/** Which sensor's gains and weights a fusion takes, and one line that says why. */

import { findSensor, InputError, msGainsFor, type RasterInfo, type Sensor } from '@bandweave/image';

export interface SensorChoice {
  readonly sensor: Sensor;
  readonly gains: readonly number[];
  readonly message: string;
}

/** The sensor that was asked for, or a guess from what the files say. */
export function chooseSensor(
  name: string | undefined,
  { ms, ratio }: { readonly ms: RasterInfo; readonly ratio: number },
): SensorChoice {
  const { sensor, why } = name
    ? { sensor: findSensor(name), why: 'as asked' }
    : { sensor: findSensor('generic'), why: `ratio ${ratio}` };
  if (sensor.bands.length > 0 && name && sensor.bands.length < ms.bands) {
    throw new InputError(
      `--sensor: expected a sensor with at least ${ms.bands} bands, got ${sensor.name} with ${sensor.bands.length}; use --sensor generic.`,
    );
  }
  return {
    sensor,
    gains: msGainsFor(sensor, ms.bands),
    message: `sensor ${sensor.title} (${why})`,
  };
}
