/** A Swin transformer layer: attention in windows, shifted in every second one. Liu et al. 2021. */

import {
  add,
  attention,
  cast,
  constant,
  expand,
  gather,
  gelu,
  int64s,
  type Params,
  reshape,
  roll,
  split,
  type Tensor,
  transpose,
  truncatedNormalInit,
  windowMerge,
  windowPartition,
} from '@bandweave/graph';
import { layerNormLayer, linearLayer } from '@bandweave/nn';

export interface SwinBlockOptions {
  readonly heads: number;
  readonly window: number;
  readonly hidden: number;
  readonly shift: number;
}

/** x + attention(LN(x)), then x + MLP(LN(x)); [b, h, w, c] of whole windows. */
export function swinBlock(params: Params, x: Tensor, options: SwinBlockOptions): Tensor {
  const { window, shift, hidden } = options;
  const [batch, height, width, channels] = x.shape;
  const sides = [window, window] as const;
  const moved = (t: Tensor, by: number) =>
    roll(t, [
      { axis: 1, by },
      { axis: 2, by },
    ]);
  const parts = windowPartition(moved(layerNormLayer(params.scope('norm1'), x), -shift), {
    window: sides,
  });
  const mask =
    shift > 0
      ? shiftMask({ height, width, window, shift, batch, windows: parts.shape[0] })
      : undefined;
  const attended = windowAttention(params.scope('attn'), parts, { ...options, mask });
  const merged = windowMerge(attended, { window: sides, size: [height, width] });
  const y = add(x, moved(merged, shift));
  const mlp = params.scope('mlp');
  const wide = gelu(
    linearLayer(mlp.scope('fc1'), layerNormLayer(params.scope('norm2'), y), { out: hidden }),
  );
  return add(y, linearLayer(mlp.scope('fc2'), wide, { out: channels }));
}

/** [windows, positions, c] with a learned bias for how two positions lie to each other. */
function windowAttention(
  params: Params,
  x: Tensor,
  { heads, window, mask }: SwinBlockOptions & { readonly mask: Tensor | undefined },
): Tensor {
  const channels = x.shape[2];
  const qkv = linearLayer(params.scope('qkv'), x, { out: 3 * channels });
  const [q, k, v] = split(qkv, { axis: 2, sizes: [channels, channels, channels] });
  const table = params.get(
    'relative_position_bias_table',
    [(2 * window - 1) ** 2, heads],
    truncatedNormalInit(0.02),
  );
  const positions = window ** 2;
  const rows = gather(table, int64s(relativePositions(window)), { axis: 0 });
  const own = reshape(transpose(rows, [1, 0]), [1, heads, positions, positions]);
  const out = attention(q, k, v, { heads, bias: mask ? add(own, cast(mask, own.dtype)) : own });
  return linearLayer(params.scope('proj'), out, { out: channels });
}

/** For each pair of positions in a window, the row of the bias table. */
function relativePositions(window: number): number[] {
  const side = 2 * window - 1;
  const positions = Array.from({ length: window ** 2 }, (_, i) => [
    Math.floor(i / window),
    i % window,
  ]);
  return positions.flatMap(([y, x]) =>
    positions.map(([v, u]) => (y - v + window - 1) * side + x - u + window - 1),
  );
}

/** What is added where two positions of a shifted window come from opposite ends of the image. */
const APART = -100;

/** [windows, 1, positions, positions] */
function shiftMask({
  height,
  width,
  window,
  shift,
  batch,
  windows,
}: {
  height: number;
  width: number;
  window: number;
  shift: number;
  batch: number;
  windows: number;
}): Tensor {
  const region = (at: number, size: number) => (at < size - window ? 0 : at < size - shift ? 1 : 2);
  const n = window ** 2;
  const perImage = windows / batch;
  const values = new Float32Array(perImage * n * n);
  const across = width / window;
  for (let w = 0; w < perImage; w++) {
    const labels = Array.from({ length: n }, (_, i) => {
      const y = Math.floor(w / across) * window + Math.floor(i / window);
      const x = (w % across) * window + (i % window);
      return 3 * region(y, height) + region(x, width);
    });
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) values[(w * n + i) * n + j] = labels[i] === labels[j] ? 0 : APART;
    }
  }
  const one = constant(values, [1, perImage, n, n]);
  return reshape(expand(one, [batch, perImage, n, n]), [windows, 1, n, n]);
}
