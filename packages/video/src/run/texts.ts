/** Prompts as what conditions the U-Net. */

import { input, type Params } from '@bandweave/graph';
import type { ClipTextConfig } from '../clip/config.js';
import { clipText } from '../clip/text-encoder.js';
import { type OpenTraceOptions, openTrace } from './open-trace.js';

export interface EncodeTextsOptions extends OpenTraceOptions {
  readonly config: ClipTextConfig;
  readonly params: Params;
}

/** The encoding [tokens · width] of each row of ids, in one session that is closed again. */
export async function encodeTexts(
  rows: readonly (readonly number[])[],
  { config, params, ...options }: EncodeTextsOptions,
): Promise<Float32Array[]> {
  const ids = input('ids', [1, rows[0].length], 'int64');
  const session = await openTrace({ hidden: clipText(config, params, ids).hidden }, options);
  try {
    const encoded: Float32Array[] = [];
    for (const row of rows) {
      const { hidden } = await session.run({ ids: BigInt64Array.from(row, BigInt) });
      encoded.push(hidden.data as Float32Array);
    }
    return encoded;
  } finally {
    await session.close();
  }
}
