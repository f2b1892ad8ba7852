/** CLIP whole: pictures and texts as vectors of one space. Radford et al. 2021. */

import {
  argMax,
  expand,
  gatherElements,
  type Params,
  reshape,
  type Tensor,
} from '@bandweave/graph';
import { linearLayer } from '@bandweave/nn';
import type { ClipImageConfig, ClipTextConfig } from './config.js';
import { clipImage } from './image-encoder.js';
import { clipText } from './text-encoder.js';

/** [pictures, out], not normalised. */
export function clipImageEmbedding(
  { image, out }: { readonly image: ClipImageConfig; readonly out: number },
  params: Params,
  pixels: Tensor,
): Tensor {
  const seen = clipImage(image, params, pixels);
  return linearLayer(params.scope('visual_projection'), seen, { out, bias: 'no' });
}

/** [texts, out], not normalised. */
export function clipTextEmbedding(
  { text, out }: { readonly text: ClipTextConfig; readonly out: number },
  params: Params,
  ids: Tensor,
): Tensor {
  const pooled = atEnd(clipText(text, params, ids).hidden, ids);
  return linearLayer(params.scope('text_projection'), pooled, { out, bias: 'no' });
}

/** The row of each text at its largest id, the first of them: the end mark. */
export function atEnd(hidden: Tensor, ids: Tensor): Tensor {
  const [texts, , width] = hidden.shape;
  const at = reshape(argMax(ids, { axis: 1 }), [texts, 1, 1]);
  const rows = gatherElements(hidden, expand(at, [texts, 1, width]), { axis: 1 });
  return reshape(rows, [texts, width]);
}
