/** Tells true noise from predicted noise, position by position. Our reading of APLA. */

import {
  add,
  conv3d,
  defaultBiasInit,
  leakyRelu,
  mean,
  mul,
  neg,
  type Params,
  softplus,
  square,
  stopGradient,
  sub,
  type Tensor,
} from '@bandweave/graph';

export interface Judged {
  /** [b, 1, frames, h, w], above 0 where it looks true. */
  readonly logits: Tensor;
  /** Activations of the two hidden layers. */
  readonly hidden: readonly [Tensor, Tensor];
}

export interface DiscriminatorConfig {
  readonly widths: readonly [number, number];
}

/** Three convolutions of 1 x 1 x 1 with leaky rectifiers between them. */
export function discriminator(
  params: Params,
  noise: Tensor,
  { widths: [first, second] }: DiscriminatorConfig = { widths: [64, 128] },
): Judged {
  const conv = (name: string, x: Tensor, out: number) => {
    const at = params.scope(name);
    const inputs = x.shape[1];
    const weight = at.get('weight', [out, inputs, 1, 1, 1]);
    return conv3d(x, weight, { bias: at.get('bias', [out], defaultBiasInit(inputs)) });
  };
  const a = leakyRelu(conv('c1', noise, first), { slope: 0.2 });
  const b = leakyRelu(conv('c2', a, second), { slope: 0.2 });
  return { logits: conv('c3', b, 1), hidden: [a, b] };
}

/** What fools the discriminator: mean of softplus(-logit). Goodfellow et al. 2014. */
export const foolingLoss = (fake: Judged): Tensor => mean(softplus(neg(fake.logits)));

/** The mean of both halves: softplus(-logit) of true noise, softplus(logit) of predicted noise. */
export function discriminatorLoss(real: Judged, fake: Judged): Tensor {
  return mul(add(mean(softplus(neg(real.logits))), mean(softplus(fake.logits))), 0.5);
}

/** Mean squared differences of the hidden activations, the layers' mean. */
export function perceptualLoss(fake: Judged, real: Judged): Tensor {
  const [a, b] = [0, 1].map((i) => mean(square(sub(fake.hidden[i], stopGradient(real.hidden[i])))));
  return mul(add(a, b), 0.5);
}
