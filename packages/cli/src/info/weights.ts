/** What `info` says of a weights file. */

import { openStateDict } from '@bandweave/graph';
import { fields } from '../fields.js';
import { table } from '../table.js';
import type { Facts } from '../verbs/info.js';

/** Rows beyond this are counted, not shown: one screen. */
const MOST_ROWS = 30;

export async function weightsFacts(file: string): Promise<Facts> {
  const { tensors, metadata, format, found, close } = await openStateDict(file);
  await close();
  const list = [...tensors].map(([name, { dtype, shape }]) => ({ name, dtype, shape }));
  const parameters = list.reduce((sum, { shape }) => sum + shape.reduce((n, d) => n * d, 1), 0);
  const shown = list
    .slice(0, MOST_ROWS)
    .map(({ name, dtype, shape }) => [name, dtype, `[${shape.join(', ')}]`]);
  const rest =
    list.length > MOST_ROWS ? `\n... and ${list.length - MOST_ROWS} more (--json lists all)` : '';
  const head = fields([
    ['file', file],
    ['holds', found],
    ['parameters', parameters.toLocaleString('en')],
    ...[...metadata].map(([key, value]) => [key, value] as const),
  ]);
  return {
    data: {
      file,
      kind: 'weights',
      format,
      found,
      parameters,
      tensors: list,
      metadata: Object.fromEntries(metadata),
    },
    text: `${head}\n\n${table(['tensor', 'type', 'shape'], shown)}${rest}`,
  };
}
