/** How many channels ONNX Runtime puts side by side on this processor. */

import { input } from '../core/tensor.js';
import { compile } from '../onnx/emit.js';
import { toBlocks } from '../ops/conv-blocked.js';
import { createSession } from './session.js';

let known: Promise<number | undefined> | undefined;

/** 8 or 16, or undefined where it has no blocked kernels. Measured once. */
export function convBlock(): Promise<number | undefined> {
  known ??= measure().catch(() => undefined);
  return known;
}

async function measure(): Promise<number | undefined> {
  const model = compile({ y: toBlocks(input('x', [1, 16, 1, 2])) }, { weights: 'inputs' });
  const session = await createSession(model, { threads: 1 });
  // Two pixels of 16 channels: the second pixel of channel 0 follows the first block.
  const x = Float32Array.from({ length: 32 }, (_, i) => i);
  const { y } = await session.run({ x });
  await session.close();
  const block = (y.data as Float32Array).indexOf(1);
  return block === 8 || block === 16 ? block : undefined;
}
