/** The real pairs below BANDWEAVE_SHARED on which quality is measured. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface RealPair {
  readonly name: string;
  readonly pan: string;
  readonly ms: string;
  /** Guessed where absent. */
  readonly sensor?: string;
}

const SENSORS: readonly (readonly [start: string, sensor: string])[] = [
  ['geoeye1', 'geoeye-1'],
  ['ikonos', 'ikonos'],
  // Nine and ten bands, two of them thermal: more than the sensor's table knows.
  ['landsat8_10band', 'generic'],
  ['landsat8_marburg', 'generic'],
  ['landsat8_newyork', 'generic'],
  ['landsat8', 'landsat-8'],
  ['pleiades', 'pleiades'],
  ['quickbird', 'quickbird'],
  ['spot6', 'spot-6'],
  ['wv2', 'worldview-2'],
  ['wv3', 'worldview-3'],
];

/** Folders of other things than a PAN and its MS. */
const PASSED_OVER = /hyperion|pancollection/;

/** Scenes of many bands, and many scenes of one place, come last: they take longest. */
const later = (folder: string) => ['10band', 'newyork'].findIndex((word) => folder.includes(word));

/** `pan.tif` with `ms.tif`, or `NAME_pan.tif` with `NAME_ms.tif`. */
export function realPairs(shared = process.env['BANDWEAVE_SHARED'] ?? '../shared'): RealPair[] {
  const data = join(shared, 'data');
  if (!existsSync(data)) return [];
  return readdirSync(data, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !PASSED_OVER.test(entry.name))
    .map((entry) => entry.name)
    .sort((a, b) => later(a) - later(b) || a.localeCompare(b))
    .flatMap((folder) => {
      const place = join(data, folder);
      const files = readdirSync(place);
      return files.flatMap((file): RealPair[] => {
        const [, own] = /^(.*?)_?pan\.tif$/.exec(file) ?? [];
        const ms = file.replace(/pan\.tif$/, 'ms.tif');
        if (own === undefined || !files.includes(ms)) return [];
        const sensor = SENSORS.find(([start]) => folder.startsWith(start))?.[1];
        return [
          {
            name: own === '' ? folder : `${folder}/${own}`,
            pan: join(place, file),
            ms: join(place, ms),
            ...(sensor ? { sensor } : {}),
          },
        ];
      });
    });
}
