/** CLIP's encoders as sessions, for the scores of clips. */

import { input } from '@bandweave/graph';
import type { Raster } from '@bandweave/image';
import { clipImageEmbedding, clipTextEmbedding } from '../clip/model.js';
import { clipPixels } from '../clip/pixels.js';
import type { Embeddings } from '../clip/score.js';
import type { ClipFolder } from '../folder/clip-folder.js';
import { type OpenTraceOptions, openTrace } from './open-trace.js';

export interface Scorer {
  /** Of pictures in 0..1, of any size. */
  pictures(frames: readonly Raster[]): Promise<Embeddings>;
  texts(prompts: readonly string[]): Promise<Embeddings>;
  close(): Promise<void>;
}

export async function openScorer(
  clip: ClipFolder,
  options: OpenTraceOptions = {},
): Promise<Scorer> {
  const { text, image, out, tokenizer } = clip;
  const params = await clip.params();
  const { colors, size } = image;
  const pixels = input('pixels', [1, colors, size, size]);
  const ids = input('ids', [1, text.context], 'int64');
  const pictures = await openTrace(
    { e: clipImageEmbedding({ image, out }, params, pixels) },
    options,
  );
  const texts = await openTrace({ e: clipTextEmbedding({ text, out }, params, ids) }, options);
  const collect = async <T>(list: readonly T[], embed: (one: T) => Promise<Float32Array>) => {
    const data = new Float32Array(list.length * out);
    for (const [i, one] of list.entries()) data.set(await embed(one), i * out);
    return { data, width: out };
  };
  return {
    pictures: (frames) =>
      collect(frames, async (frame) => {
        const fed = { pixels: clipPixels(frame, { size, ...clip.pixels }) };
        return (await pictures.run(fed)).e.data as Float32Array;
      }),
    texts: (prompts) =>
      collect(prompts, async (prompt) => {
        const fed = { ids: BigInt64Array.from(tokenizer.pad(prompt), BigInt) };
        return (await texts.run(fed)).e.data as Float32Array;
      }),
    async close() {
      await pictures.close();
      await texts.close();
    },
  };
}
