/** The table that is published: mean and deviation of every index, best and second best marked. */

import {
  type Convention,
  FULL_RESOLUTION_INDICES,
  FURTHER_INDICES,
  type IndexInfo,
  indexInfo,
  REFERENCE_INDICES,
} from '@bandweave/metrics';
import type { CompareResult, MethodScore, Resolution } from './compare-options.js';

export interface CompareCell {
  /** Of the scene, or the mean over scenes; null where there is none. */
  readonly mean: number | null;
  /** Over scenes, or over the windows of the one scene; null where there are fewer than two. */
  readonly deviation: number | null;
  /** 1 for the best of the column, 2 for the second, by what is printed; 0 for the rest. */
  readonly place: number;
}

export interface CompareRow {
  readonly method: string;
  readonly cells: readonly CompareCell[];
  /** Mean over scenes. */
  readonly seconds: number;
  /** Mean place over the columns, 1 the best; for the ranking. */
  readonly rank: number;
}

export interface CompareTable {
  readonly resolution: Resolution;
  /** What was compared: names of the scenes. */
  readonly scenes: readonly string[];
  readonly columns: readonly (IndexInfo & { readonly digits: number })[];
  readonly rows: readonly CompareRow[];
  /** What the deviations are over, and how many of them. */
  readonly over: 'scenes' | 'windows';
  readonly count: number;
}

/** The columns that papers print; the others say much the same and are in the JSON. */
const PRINTED = [
  'q2n',
  'sam',
  'ergas',
  'scc',
  'psnr',
  'ssim',
  'fsds',
  'd_lambda_k',
  'd_s',
  'hqnr',
  'qnr',
];

/** One table a resolution; a method that failed on a scene is averaged over the others. */
export function compareTables(result: CompareResult): CompareTable[] {
  const { convention } = result;
  const resolutions = [...new Set(result.scenes.map(({ resolution }) => resolution))];
  return resolutions.map((resolution) => {
    const scenes = result.scenes.filter((scene) => scene.resolution === resolution);
    const byMethod = result.methods.map((method) =>
      scenes.flatMap(({ scores }) => scores.filter((score) => score.method === method)),
    );
    const columns = columnsOf(byMethod.flat(), convention);
    const cells = columns.map(({ key }) => byMethod.map((scores) => cellOf(scores, key)));
    const places = columns.map((column, c) =>
      placesOf(
        cells[c]!.map(({ mean }) => mean),
        column,
      ),
    );
    const over = scenes.length > 1 ? 'scenes' : 'windows';
    const count = over === 'scenes' ? scenes.length : (byMethod.flat()[0]?.windows.length ?? 0);
    const rows = result.methods.map((method, m): CompareRow => {
      const known = places.map((column) => column[m]!).filter((place) => place > 0);
      return {
        method,
        cells: columns.map((_, c) => ({
          ...cells[c]![m]!,
          place: places[c]![m]! <= 2 ? places[c]![m]! : 0,
        })),
        seconds: mean(byMethod[m]!.map(({ seconds }) => seconds)) ?? Number.NaN,
        rank: mean(known) ?? Number.NaN,
      };
    });
    return { resolution, scenes: scenes.map(({ name }) => name), columns, rows, over, count };
  });
}

function columnsOf(scores: readonly MethodScore[], convention: Convention) {
  const order = [...REFERENCE_INDICES, ...FULL_RESOLUTION_INDICES, ...FURTHER_INDICES];
  const shown = order.filter(
    ({ key }) =>
      scores.some(({ indices }) => key in indices) &&
      (convention !== 'toolbox' || PRINTED.includes(key)),
  );
  return shown.map(({ key }) => {
    const info = indexInfo(key, convention)!;
    return { ...info, digits: info.unit === '' ? 4 : 3 };
  });
}

function cellOf(scores: readonly MethodScore[], key: string): Omit<CompareCell, 'place'> {
  const values = numbers(scores.map(({ indices }) => indices[key]));
  const spread = scores.length > 1 ? values : numbers(scores[0]?.windows.map((w) => w[key]) ?? []);
  return { mean: mean(values), deviation: deviation(spread) };
}

const numbers = (values: readonly (number | undefined)[]): number[] =>
  values.filter((value): value is number => value !== undefined && Number.isFinite(value));

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of a sample: n - 1 below the line. */
function deviation(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const middle = mean(values)!;
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** 1 for the best printed value, 2 for the next, equal ones together; 0 where there is none. */
function placesOf(
  values: readonly (number | null)[],
  { best, direction, digits }: IndexInfo & { readonly digits: number },
): number[] {
  const printed = values.map((value) => (value === null ? null : Number(value.toFixed(digits))));
  // Indices with a finite best value are judged by how near they come to it.
  const goodness = (value: number) => {
    if (Number.isFinite(best)) return -Math.abs(value - best);
    return direction === 'higher' ? value : -value;
  };
  const order = [...new Set(printed.filter((value) => value !== null).map(goodness))];
  order.sort((a, b) => b - a);
  return printed.map((value) => (value === null ? 0 : order.indexOf(goodness(value)) + 1));
}
