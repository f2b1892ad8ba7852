/**
 * CMT: features of PAN and of MS, each the carrier that the other modulates, then convolutions over
 * both. Sizes and layers are our reading of the paper.
 */

import {
  add,
  concat,
  GraphError,
  gelu,
  leakyRelu,
  type Params,
  showShape,
  type Tensor,
  transpose,
  windowMerge,
  windowPartition,
} from '@bandweave/graph';
import { convLayer, layerNormLayer, linearLayer } from '@bandweave/nn';
import { modulatedAttention } from './attention.js';
import type { CmtConfig } from './config.js';

export interface CmtInputs {
  /** [b, panBands, h, w], divided by the sensor's largest value */
  readonly pan: Tensor;
  /** [b, msBands, h, w]: MS enlarged to PAN's size, divided by the same */
  readonly lms: Tensor;
}

/** The sharpened image [b, msBands, h, w], not clamped. */
export function cmt(config: CmtConfig, params: Params, { pan, lms }: CmtInputs): Tensor {
  checkInputs(config, { pan, lms });
  const { channels, blocks, msBands } = config;
  const conv = (name: string, x: Tensor, out: number) =>
    convLayer(params.scope(name), x, { out, kernel: 3, padding: 1 });
  const refined = (name: string, x: Tensor, count: number) => {
    let y = x;
    for (let k = 0; k < count; k++) y = residual(params.scope(`${name}.${k}`), y);
    return y;
  };
  let p = refined('pan_body', conv('pan_head', pan, channels), 2);
  let m = refined('ms_body', conv('ms_head', lms, channels), 2);
  for (let k = 0; k < blocks; k++) {
    const stage = params.scope(`stages.${k}`);
    // Both use what enters the stage.
    [p, m] = [
      crossBlock(stage.scope('pan'), p, { modulator: m, config }),
      crossBlock(stage.scope('ms'), m, { modulator: p, config }),
    ];
  }
  const joined = refined('tail_body', conv('fuse', concat([p, m], { axis: 1 }), channels), 4);
  return add(lms, conv('tail', joined, msBands));
}

/** x + conv(leakyRelu(conv(x))). */
function residual(params: Params, x: Tensor): Tensor {
  const conv = (name: string, y: Tensor) =>
    convLayer(params.scope(name), y, { out: x.shape[1], kernel: 3, padding: 1 });
  return add(x, conv('1', leakyRelu(conv('0', x))));
}

/** Modulated attention within windows, and a network on each token after it. */
function crossBlock(
  params: Params,
  carrier: Tensor,
  { modulator, config }: { readonly modulator: Tensor; readonly config: CmtConfig },
): Tensor {
  const [, c, h, w] = carrier.shape;
  const window = [config.window, config.window] as const;
  const tokens = (x: Tensor) => windowPartition(transpose(x, [0, 2, 3, 1]), { window });
  const mixed = modulatedAttention(params.scope('attn'), tokens(carrier), {
    ...config,
    modulator: tokens(modulator),
  });
  const hidden = gelu(
    linearLayer(params.scope('ffn.0'), layerNormLayer(params.scope('norm'), mixed), { out: 2 * c }),
  );
  const y = add(mixed, linearLayer(params.scope('ffn.1'), hidden, { out: c }));
  return transpose(windowMerge(y, { window, size: [h, w] }), [0, 3, 1, 2]);
}

function checkInputs({ panBands, msBands, window }: CmtConfig, { pan, lms }: CmtInputs): void {
  const [b, , h, w] = lms.shape;
  const fits =
    showShape(lms.shape) === showShape([b, msBands, h, w]) &&
    showShape(pan.shape) === showShape([b, panBands, h, w]) &&
    h % window === 0 &&
    w % window === 0;
  if (fits) return;
  throw new GraphError(
    `cmt: expected lms [b,${msBands},h,w] and pan [b,${panBands},h,w] in multiples of ${window}, got ${showShape(lms.shape)} and ${showShape(pan.shape)}.`,
  );
}
