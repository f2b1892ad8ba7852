/** What `info` says of a weights file. */

import { openSafetensors, type TensorInfo } from '@bandweave/graph';
import { InputError } from '@bandweave/image';
import { fields } from '../fields.js';
import type { FileKind } from '../file-kind.js';
import { table } from '../table.js';
import type { Facts } from '../verbs/info.js';

/** Rows beyond this are counted, not shown: one screen. */
const MOST_ROWS = 40;

export async function weightsFacts(
  file: string,
  kind: Exclude<FileKind, 'raster'>,
): Promise<Facts> {
  const { tensors, metadata } = await header(file, kind);
  const list = [...tensors].map(([name, { dtype, shape }]) => ({ name, dtype, shape }));
  const parameters = list.reduce((sum, { shape }) => sum + shape.reduce((n, d) => n * d, 1), 0);
  const data = { file, kind, parameters, tensors: list, metadata: Object.fromEntries(metadata) };
  const shown = list
    .slice(0, MOST_ROWS)
    .map(({ name, dtype, shape }) => [name, dtype, `[${shape.join(', ')}]`]);
  const rest =
    list.length > MOST_ROWS ? `\n... and ${list.length - MOST_ROWS} more (--json lists all)` : '';
  const head = fields([
    ['file', file],
    ['format', kind === 'torch' ? 'PyTorch checkpoint' : kind],
    ['tensors', String(list.length)],
    ['parameters', parameters.toLocaleString('en')],
    ...[...metadata].map(([key, value]) => [key, value] as const),
  ]);
  return { data, text: `${head}\n\n${table(['tensor', 'type', 'shape'], shown)}${rest}` };
}

interface WeightsHeader {
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly metadata: ReadonlyMap<string, string>;
}

async function header(file: string, kind: Exclude<FileKind, 'raster'>): Promise<WeightsHeader> {
  if (kind !== 'safetensors') throw new InputError(`${file}: expected safetensors, got ${kind}.`);
  const opened = await openSafetensors(file);
  await opened.close();
  return opened;
}
