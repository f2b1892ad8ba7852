/** Which sensor's gains and weights a fusion takes, and one line that says why. */

import { findSensor, guessSensor, InputError, msGainsFor, type Sensor } from '@bandweave/image';
import type { NamedInfo } from './align.js';

export interface SensorChoice {
  readonly sensor: Sensor;
  readonly gains: readonly number[];
  readonly message: string;
}

/** The sensor that was asked for, or a guess from what the files say. */
export function chooseSensor(
  name: string | undefined,
  { pan, ms, ratio }: { readonly pan: NamedInfo; readonly ms: NamedInfo; readonly ratio: number },
): SensorChoice {
  const { bands, bandNames, metadata, transform, crs } = ms.info;
  const step = transform ? Math.hypot(transform[0], transform[3]) : 0;
  const { sensor, reason } = name
    ? { sensor: findSensor(name), reason: undefined }
    : guessSensor({
        bands,
        bandNames,
        metadata: { ...metadata, ...pan.info.metadata },
        names: [ms.name, pan.name],
        ratio,
        // Degrees are far below a centimetre's worth of metres.
        ...(crs && step > 0.01 && crs.epsg !== 4326 ? { msResolution: step } : {}),
      });
  if (name && sensor.bands.length > 0 && sensor.bands.length < bands) {
    throw new InputError(
      `--sensor: expected a sensor with at least ${bands} bands, got ${sensor.name} with ${sensor.bands.length}; use --sensor generic.`,
    );
  }
  return {
    sensor,
    gains: msGainsFor(sensor, bands),
    message: reason ?? `sensor ${sensor.title}, as asked`,
  };
}
