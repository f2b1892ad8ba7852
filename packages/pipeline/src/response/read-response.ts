/** Spectral responses from files: curves over wavelengths, or a matrix; JSON or CSV. */

import { readFile, stat } from 'node:fs/promises';
import {
  curveResponse,
  findSensor,
  InputError,
  type RasterInfo,
  SENSORS,
  type SpectralBands,
  type SpectralResponse,
  sensorResponse,
} from '@bandweave/image';

export interface ResponseRequest {
  /**
   * A sensor that `sensors` lists, or a file: `srf.json`, `srf.json,name=ikonos` where it holds
   * several, `srf.csv,band=2+3+4` for some of its columns.
   */
  readonly response: string;
  /** File of the cube's wavelengths in nanometres, where the cube does not state them. */
  readonly wavelengths?: string;
}

/** Files of responses and wavelengths are small; larger ones are something else. */
const MOST_BYTES = 1 << 24;

/**
 * How the guide's sensor sees this cube.
 *
 * @throws InputError in one line for a file that is no response, or none of this cube
 */
export async function readResponse(
  { response, wavelengths }: ResponseRequest,
  cube: { readonly name: string; readonly info: RasterInfo },
): Promise<SpectralResponse> {
  const { path, name, columns } = takeApart(response);
  const known = SENSORS.some((sensor) => [sensor.name, ...sensor.aliases].includes(path));
  const table = known ? undefined : tableOf(await readText(path), { path, name });
  const { bands } = cube.info;
  if (table?.kind === 'matrix') {
    if (table.rows.length !== bands) {
      throw new InputError(
        `${path}: expected a row for each of the ${bands} bands of ${cube.name}, got ${table.rows.length}; choose the response of this cube.`,
      );
    }
    const count = table.rows[0].length;
    const names = table.names ?? Array.from({ length: count }, (_, k) => `band ${k + 1}`);
    const weights = names.map((_, k) => {
      const column = table.rows.map((row) => row[k]);
      const total = column.reduce((a, b) => a + b, 0);
      return total > 0 ? column.map((weight) => weight / total) : column;
    });
    return pick({ names, weights }, columns, path);
  }
  const axis = await bandsOf(cube, wavelengths);
  if (!table) {
    const sensor = findSensor(path);
    const all = sensor.bands.map(({ name: band }) => band);
    const chosen = pick(
      { names: all, weights: sensor.bands.map(({ range }) => range) },
      columns,
      path,
    );
    const limits = chosen.names.map((band, k) => ({
      name: band,
      range: [chosen.weights[k][0], chosen.weights[k][1]] as const,
    }));
    return sensorResponse({ name: sensor.name, bands: limits }, axis);
  }
  const curves = pick({ names: table.names, weights: table.curves }, columns, path);
  return curveResponse(
    { names: curves.names, wavelengths: table.wavelengths, curves: curves.weights },
    axis,
  );
}

async function bandsOf(
  { name, info }: { readonly name: string; readonly info: RasterInfo },
  file: string | undefined,
): Promise<SpectralBands> {
  const found = file === undefined ? info.wavelengths : numbersOf(await readText(file), file);
  if (!found?.every(Number.isFinite)) {
    throw new InputError(
      `${name}: expected the wavelengths of its bands, got none; state them with --wavelengths FILE.`,
    );
  }
  if (found.length !== info.bands) {
    throw new InputError(
      `${file ?? name}: expected ${info.bands} wavelengths, got ${found.length}; one a band.`,
    );
  }
  const widths = file === undefined ? info.bandWidths : undefined;
  return { wavelengths: found, ...(widths?.every(Number.isFinite) ? { widths } : {}) };
}

function takeApart(spec: string): { path: string; name?: string; columns?: number[] } {
  const parts = spec.split(',');
  const found: { path: string; name?: string; columns?: number[] } = { path: parts[0] };
  for (const part of parts.slice(1)) {
    const [, key, value] = /^(name|bands?)=(.+)$/.exec(part) ?? [];
    if (key === 'name') found.name = value;
    else if (key !== undefined && /^[1-9]\d{0,3}(\+[1-9]\d{0,3})*$/.test(value)) {
      found.columns = value.split('+').map((text) => Number(text) - 1);
    } else {
      throw new InputError(
        `${spec}: expected FILE,name=NAME or FILE,band=N+M, got '${part}'; see docs/hyperspectral.md.`,
      );
    }
  }
  return found;
}

function pick(
  { names, weights }: SpectralResponse,
  columns: readonly number[] | undefined,
  path: string,
): SpectralResponse {
  if (!columns) return { names, weights };
  const missing = columns.find((column) => column >= names.length);
  if (missing !== undefined) {
    throw new InputError(
      `${path}: expected bands up to ${names.length}, got band=${missing + 1}; choose others.`,
    );
  }
  return { names: columns.map((c) => names[c]), weights: columns.map((c) => weights[c]) };
}

async function readText(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) {
    throw new InputError(
      `${path}: expected a sensor that bandweave sensors lists or a file, got neither; check the name.`,
    );
  }
  if (found.size > MOST_BYTES) {
    throw new InputError(
      `${path}: expected at most ${MOST_BYTES} bytes, got ${found.size}; cut it down.`,
    );
  }
  return readFile(path, 'utf8');
}

type Table =
  | {
      readonly kind: 'curves';
      readonly names: readonly string[];
      readonly wavelengths: readonly number[];
      readonly curves: readonly (readonly number[])[];
    }
  | {
      readonly kind: 'matrix';
      readonly rows: readonly (readonly number[])[];
      readonly names?: readonly string[];
    };

/** Numbers of a JSON list, or of text with any separators. */
function numbersOf(text: string, path: string): number[] {
  const trimmed = text.trim();
  const list = trimmed.startsWith('[') ? parseJson(trimmed, path) : trimmed.split(/[\s,;]+/);
  const numbers = Array.isArray(list) ? list.map(Number) : [];
  if (numbers.length > 0 && numbers.every(Number.isFinite)) return numbers;
  throw new InputError(`${path}: expected numbers, one a band, got something else; see the docs.`);
}

function tableOf(
  text: string,
  { path, name }: { readonly path: string; readonly name: string | undefined },
): Table {
  if (!/^\s*[[{]/.test(text)) return csvTable(text, path);
  let value = parseJson(text, path);
  if (name !== undefined || isNamed(value)) {
    const entries = isObject(value) ? Object.keys(value) : [];
    const chosen = name ?? (entries.length === 1 ? entries[0] : undefined);
    if (chosen === undefined || !entries.includes(chosen)) {
      throw new InputError(
        `${path}: expected one of ${entries.join(', ') || 'its responses'}, got '${name ?? 'none'}'; name it with ${path},name=NAME.`,
      );
    }
    value = (value as Record<string, unknown>)[chosen];
  }
  if (isMatrix(value)) return { kind: 'matrix', rows: value };
  if (isObject(value) && isNumbers(value.wavelength_nm)) {
    const { columns } = value;
    const named = isObject(columns) ? Object.entries(columns) : Object.entries(columns ?? []);
    const curves = named.map(([, curve]) => curve);
    const names = isObject(columns)
      ? named.map(([key]) => key)
      : named.map((_, k) => `band ${k + 1}`);
    const { wavelength_nm: wavelengths } = value;
    if (curves.length > 0 && curves.every((c) => isNumbers(c) && c.length === wavelengths.length)) {
      return { kind: 'curves', names, wavelengths, curves: curves as number[][] };
    }
  }
  throw new InputError(
    `${path}: expected wavelength_nm with columns, or a matrix with a row a band, got something else; see docs/hyperspectral.md.`,
  );
}

function csvTable(text: string, path: string): Table {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const cells = lines.map((line) => line.trim().split(/[,;\t]\s*|\s+/));
  const headed = cells.length > 0 && cells[0].some((cell) => !Number.isFinite(Number(cell)));
  const rows = cells.slice(headed ? 1 : 0).map((row) => row.map(Number));
  const [first] = rows;
  const even =
    first && rows.every((row) => row.length === first.length && row.every(Number.isFinite));
  if (!even) {
    throw new InputError(
      `${path}: expected a table of numbers with rows of one length, got something else; see docs/hyperspectral.md.`,
    );
  }
  const byWavelength = headed && /^wave|^nm$|^lambda/i.test(cells[0][0]);
  if (!byWavelength) {
    return { kind: 'matrix', rows, ...(headed ? { names: cells[0] } : {}) };
  }
  return {
    kind: 'curves',
    names: cells[0].slice(1),
    wavelengths: rows.map((row) => row[0]),
    curves: cells[0].slice(1).map((_, k) => rows.map((row) => row[k + 1])),
  };
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = `${path}: expected JSON or a table of numbers, got something else; check the file.`;
    throw new InputError(message, { cause });
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length > 0 && value.every((v) => Number.isFinite(v));
const isMatrix = (value: unknown): value is number[][] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((row) => isNumbers(row) && row.length === (value[0] as number[]).length);
/** Several responses by name. */
const isNamed = (value: unknown) => isObject(value) && value.wavelength_nm === undefined;
