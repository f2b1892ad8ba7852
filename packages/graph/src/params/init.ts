/** Initial values of parameters, with PyTorch's definitions of fan-in and fan-out. */

import { type Shape, sizeOf } from '../core/shape.js';
import type { Random } from '../random.js';

/** Fills a new parameter. */
export type Initializer = (shape: Shape, random: Random) => Float32Array;

const fill = (shape: Shape, value: () => number): Float32Array => {
  const out = new Float32Array(sizeOf(shape));
  for (let i = 0; i < out.length; i++) out[i] = value();
  return out;
};

/** Inputs and outputs of one unit of a [out, in, ...kernel] weight. */
export function fans(shape: Shape): { fanIn: number; fanOut: number } {
  const [out = 1, inputs = 1, ...kernel] = shape;
  const area = sizeOf(kernel);
  return { fanIn: inputs * area, fanOut: out * area };
}

export const constantInit =
  (value: number): Initializer =>
  (shape) =>
    new Float32Array(sizeOf(shape)).fill(value);
export const zerosInit = constantInit(0);
export const onesInit = constantInit(1);

/** Uniform in [-bound, bound). */
export const uniformInit =
  (bound: number): Initializer =>
  (shape, random) =>
    fill(shape, () => (2 * random.uniform() - 1) * bound);

export const normalInit =
  (std: number): Initializer =>
  (shape, random) =>
    fill(shape, () => random.normal() * std);

/** Normal, drawn again until within two standard deviations of zero. */
export const truncatedNormalInit =
  (std: number): Initializer =>
  (shape, random) =>
    fill(shape, () => {
      let z: number;
      do z = random.normal();
      while (Math.abs(z) > 2);
      return z * std;
    });

/** Normal with variance gain² / fan. He et al. 2015. */
export const kaimingNormalInit =
  ({
    mode = 'fanIn',
    gain = Math.SQRT2,
  }: {
    mode?: 'fanIn' | 'fanOut';
    gain?: number;
  } = {}): Initializer =>
  (shape, random) =>
    normalInit(gain / Math.sqrt(fans(shape)[mode]))(shape, random);

/** Uniform with variance gain² / fan. He et al. 2015. */
export const kaimingUniformInit =
  ({
    mode = 'fanIn',
    gain = Math.SQRT2,
  }: {
    mode?: 'fanIn' | 'fanOut';
    gain?: number;
  } = {}): Initializer =>
  (shape, random) =>
    uniformInit(gain * Math.sqrt(3 / fans(shape)[mode]))(shape, random);

/** Uniform with variance 2 / (fanIn + fanOut). Glorot & Bengio 2010. */
export const xavierUniformInit: Initializer = (shape, random) => {
  const { fanIn, fanOut } = fans(shape);
  return uniformInit(Math.sqrt(6 / (fanIn + fanOut)))(shape, random);
};

/** PyTorch's default for weights of linear and convolution layers: U(±1/sqrt(fanIn)). */
export const defaultWeightInit: Initializer = (shape, random) =>
  uniformInit(1 / Math.sqrt(fans(shape).fanIn))(shape, random);

/** PyTorch's default for their biases, which depends on the weight's fan-in. */
export const defaultBiasInit = (fanIn: number): Initializer => uniformInit(1 / Math.sqrt(fanIn));

/** log(1..states) in every row: A = -exp of it. Gu & Dao 2023, Mamba. */
export const mambaLogAInit: Initializer = (shape) => {
  const states = shape[shape.length - 1];
  const out = new Float32Array(sizeOf(shape));
  for (let i = 0; i < out.length; i++) out[i] = Math.log((i % states) + 1);
  return out;
};

/** Inverse softplus of log-uniform time steps, 0.001 to 0.1. Gu & Dao 2023, Mamba. */
export const mambaDeltaBiasInit: Initializer = (shape, random) =>
  fill(shape, () => {
    const dt = Math.exp(random.uniform() * Math.log(100) + Math.log(1e-3));
    return dt + Math.log(-Math.expm1(-dt));
  });
