/** Indices as a table of a report. */

import type { IndexInfo } from '@bandweave/metrics';

interface Row {
  readonly name: string;
  readonly indices: Readonly<Record<string, number>>;
}

/** The columns and rows of a report's table; an index that is no number is left empty. */
export function indexTable(infos: readonly IndexInfo[], rows: readonly Row[]) {
  const shown = infos.filter(({ key }) => rows.some(({ indices }) => key in indices));
  return {
    columns: shown.map(({ title, direction, unit }) => ({
      label: title,
      better: direction,
      ...(unit === '' ? {} : { unit }),
    })),
    rows: rows.map(({ name, indices }) => ({
      name,
      values: shown.map(({ key }) => (Number.isFinite(indices[key]) ? indices[key]! : null)),
    })),
  };
}
