/** Which sensor a pair of images comes from, as far as the files tell. */

import { findSensor, SENSORS, type Sensor } from './sensors.js';

/** What may be known of the MS image; the more, the better the guess. */
export interface SensorEvidence {
  readonly bands: number;
  readonly bandNames?: readonly string[];
  readonly metadata?: Readonly<Record<string, string>>;
  /** File names of the inputs. */
  readonly names?: readonly string[];
  /** PAN pixels a MS pixel. */
  readonly ratio?: number;
  /** MS pixel size in metres, where the reference system is in metres. */
  readonly msResolution?: number;
  /** Largest value seen, of counts. */
  readonly max?: number;
}

export interface SensorGuess {
  readonly sensor: Sensor;
  /** One sentence for a person: what the guess rests on. */
  readonly reason: string;
}

/**
 * The sensor that metadata, file or band names speak of, else the one whose number of bands, ratio
 * and pixel size fit best, else `generic`.
 */
export function guessSensor(evidence: SensorEvidence): SensorGuess {
  return guessByName(evidence) ?? guessByNumbers(evidence) ?? fallback(evidence);
}

function guessByName({
  metadata = {},
  names = [],
  bandNames = [],
}: SensorEvidence): SensorGuess | undefined {
  const sources: readonly (readonly [string, readonly string[]])[] = [
    ['metadata', Object.values(metadata)],
    ['file name', names.map((name) => name.slice(Math.max(0, name.length - 200)))],
    ['band names', bandNames],
  ];
  for (const [where, texts] of sources) {
    for (const text of texts) {
      const sensor = spokenOf(text.slice(0, 2000));
      if (sensor) return { sensor, reason: `sensor ${sensor.title}, named in the ${where}` };
    }
  }
  return undefined;
}

/** The sensor whose name, title or longer alias stands in a text as words of its own. */
function spokenOf(text: string): Sensor | undefined {
  const words = text.toLowerCase().split(/[^a-z0-9+]+/);
  const joined = ` ${words.join(' ')} `;
  return SENSORS.find((sensor) => {
    if (sensor.name === 'generic') return false;
    const known = [sensor.name, ...sensor.aliases].filter((name) => name.length >= 3);
    return known.some((name) => {
      const spaced = name.split(/[^a-z0-9+]+/).join(' ');
      const tight = spaced.replaceAll(' ', '');
      return joined.includes(` ${spaced} `) || words.includes(tight);
    });
  });
}

/** How far a pixel size may be from the table's: products are resampled to round figures. */
const RESOLUTION_TOLERANCE = 0.3;

function guessByNumbers(evidence: SensorEvidence): SensorGuess | undefined {
  const { bands, ratio, msResolution, max } = evidence;
  const landsat = guessLandsat(evidence);
  if (landsat) return landsat;
  if (bands !== 4 && bands !== 8) return undefined;
  if (ratio !== undefined && Math.abs(ratio - 4) > 0.5) return undefined;
  const what = `${bands} bands${ratio === undefined ? '' : ` at ratio ${rounded(ratio)}`}`;
  const candidates = SENSORS.filter(
    (sensor) => sensor.bands.length === bands && sensor.ratio === 4 && sensor.panRange,
  ).filter((sensor) => max === undefined || max < 2 ** sensor.bits);
  if (msResolution !== undefined) {
    const distance = (sensor: Sensor) => Math.abs(Math.log(msResolution / sensor.msResolution));
    const [best] = [...candidates].sort((a, b) => distance(a) - distance(b));
    if (best && distance(best) < RESOLUTION_TOLERANCE) {
      return {
        sensor: best,
        reason: `sensor ${best.title}, guessed from ${what} of ${rounded(msResolution)} m`,
      };
    }
    return undefined;
  }
  if (bands === 8) {
    return {
      sensor: findSensor('worldview-3'),
      reason: `sensor WorldView-3, guessed from ${what} (WorldView-2 has the same bands)`,
    };
  }
  return undefined;
}

/** Landsat's 15 and 30 metres are its own. */
function guessLandsat({
  bands,
  ratio,
  msResolution,
  max,
}: SensorEvidence): SensorGuess | undefined {
  const half = ratio !== undefined && Math.abs(ratio - 2) < 0.1;
  if (!half || msResolution === undefined || Math.abs(msResolution - 30) > 0.5) return undefined;
  const old = bands <= 6 && max !== undefined && max > 1 && max <= 255;
  const sensor = findSensor(old ? 'landsat-7' : 'landsat-8');
  return { sensor, reason: `sensor ${sensor.title}, guessed from ratio 2 and pixels of 30 m` };
}

function fallback({ bands, ratio }: SensorEvidence): SensorGuess {
  const at = ratio === undefined ? '' : ` at ratio ${rounded(ratio)}`;
  return {
    sensor: findSensor('generic'),
    reason: `sensor unknown (${bands} bands${at}): MTF gains 0.3 and 0.15; --sensor names one`,
  };
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(3)));
}
