/** Linear layers, convolutions and norms with parameters under PyTorch's names and its defaults. */

import {
  type ConvOptions,
  conv2d,
  convTranspose2d,
  defaultBiasInit,
  type Initializer,
  layerNorm,
  linear,
  onesInit,
  type Params,
  type Tensor,
  zerosInit,
} from '@bandweave/graph';

/** Whether a layer has a bias; it does by default. */
export interface BiasOption {
  readonly bias?: 'yes' | 'no';
}

/** weight [out, in], bias [out]; acts on the last axis. */
export function linearLayer(
  params: Params,
  x: Tensor,
  { out, bias = 'yes' }: BiasOption & { readonly out: number },
): Tensor {
  const inputs = x.shape[x.shape.length - 1];
  const weight = params.get('weight', [out, inputs]);
  if (bias === 'no') return linear(x, weight);
  return linear(x, weight, { bias: params.get('bias', [out], defaultBiasInit(inputs)) });
}

/** weight and bias [channels] over the last axis. */
export function layerNormLayer(
  params: Params,
  x: Tensor,
  options: { readonly eps?: number } = {},
): Tensor {
  const channels = x.shape[x.shape.length - 1];
  const weight = params.get('weight', [channels], onesInit);
  return layerNorm(x, weight, { ...options, bias: params.get('bias', [channels], zerosInit) });
}

type ConvLayerOptions = Omit<ConvOptions, 'bias'> &
  BiasOption & {
    readonly out: number;
    readonly kernel: number;
    /** Initial weights; PyTorch's by default. */
    readonly init?: Initializer;
  };

/** weight [out, in/groups, kernel, kernel], bias [out]. */
export function convLayer(
  params: Params,
  x: Tensor,
  { out, kernel, bias = 'yes', init, ...options }: ConvLayerOptions,
): Tensor {
  const inputs = x.shape[1] / (options.groups ?? 1);
  const weight = params.get('weight', [out, inputs, kernel, kernel], init);
  if (bias === 'no') return conv2d(x, weight, options);
  const biases = params.get('bias', [out], defaultBiasInit(inputs * kernel * kernel));
  return conv2d(x, weight, { ...options, bias: biases });
}

/** weight [in, out, kernel, kernel], bias [out]; enlarges by its stride. */
export function convTransposeLayer(
  params: Params,
  x: Tensor,
  { out, kernel, ...options }: Omit<ConvLayerOptions, 'bias' | 'init'>,
): Tensor {
  const weight = params.get('weight', [x.shape[1], out, kernel, kernel]);
  const init = defaultBiasInit(out * kernel * kernel);
  return convTranspose2d(x, weight, { ...options, bias: params.get('bias', [out], init) });
}
