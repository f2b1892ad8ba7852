import { input, type Params } from '@bandweave/graph';
import {
  type ClipImageConfig,
  type ClipTextConfig,
  clipImageEmbedding,
  clipText,
  clipTextEmbedding,
  type UNetConfig,
  unet,
  type VaeConfig,
  vaeDecode,
  vaeEncode,
} from '../src/index.js';

/** Each network once, at any size: enough to ask for all of its weights. */
export const traceText = (config: ClipTextConfig) => (params: Params) =>
  clipText(config, params, input('ids', [1, config.context], 'int64'));

export const traceVae = (config: VaeConfig) => (params: Params) => {
  vaeEncode(config, params, input('picture', [1, 3, 4, 4]));
  vaeDecode(config, params, input('latent', [1, 4, 2, 2]));
};

export const traceUnet = (config: UNetConfig) => (params: Params) =>
  unet(config, params, {
    sample: input('sample', [1, 4, 4, 4]),
    time: input('time', [1]),
    text: input('text', [1, 2, config.textWidth]),
  });

export const traceClip =
  ({ text, image, out }: { text: ClipTextConfig; image: ClipImageConfig; out: number }) =>
  (params: Params) => {
    clipImageEmbedding({ image, out }, params, input('p', [1, 3, image.size, image.size]));
    clipTextEmbedding({ text, out }, params, input('ids', [1, text.context], 'int64'));
    params.get('logit_scale', []);
  };
