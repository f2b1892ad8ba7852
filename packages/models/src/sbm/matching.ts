/**
 * Bridge matching as traces: where a bridge is at a drawn time, what the network is to predict
 * there, and the residual that a prediction stands for. The source is a residual of zero.
 */

import {
  add,
  cast,
  constant,
  div,
  floor,
  gather,
  maximum,
  minimum,
  mul,
  type Params,
  reshape,
  sqrt,
  sub,
  type Tensor,
} from '@bandweave/graph';
import type { TrainingContext } from '../definition.js';
import { cosineNoise } from '../ssdiff/schedule.js';
import { marginal } from './bridge.js';
import { bridgeOf, type SbmConfig, SYMMETRIC } from './config.js';
import { type SbmInputs, sbm } from './network.js';

/** Times that are drawn, and that a velocity is asked for: it grows without bound at the ends. */
const FIRST_TIME = 1e-3;

/** A bridge at the time of each image, all [b, 1, 1, 1]. */
interface Moment {
  /** x_t = target · x0 + deviation · noise */
  readonly target: Tensor;
  readonly deviation: Tensor;
  /** Square root of the variance gathered from the target. */
  readonly spread: Tensor;
}

const perImage = (x: Tensor) => reshape(x, [x.shape[0], 1, 1, 1]);

/** @param time [b], 0 at the target to 1 at the source */
function momentOf(config: SbmConfig, time: Tensor): Moment {
  if (config.schedule === 'constant') {
    const left = sub(1, time);
    return {
      target: perImage(left),
      deviation: perImage(mul(sqrt(mul(time, left)), config.sigma)),
      spread: perImage(mul(sqrt(time), config.sigma)),
    };
  }
  const last = SYMMETRIC.steps - 1;
  const at = cast(floor(add(mul(time, last), 0.5)), 'int64');
  const table = (f: (step: number) => number) =>
    perImage(
      gather(
        constant(
          Float32Array.from({ length: last + 1 }, (_, i) => f(i)),
          [last + 1],
        ),
        at,
        {
          axis: 0,
        },
      ),
    );
  if (config.schedule === 'diffusion') {
    const { kept } = cosineNoise(SYMMETRIC.steps);
    const spread = table((step) => Math.sqrt(1 - kept[step]));
    return { target: table((step) => Math.sqrt(kept[step])), deviation: spread, spread };
  }
  const bridge = bridgeOf({ ...config, schedule: 'symmetric' });
  return {
    target: table((step) => marginal(bridge, step).target),
    deviation: table((step) => marginal(bridge, step).deviation),
    spread: table((step) => Math.sqrt(bridge.fromTarget(step))),
  };
}

/** (1 - 2t) / (2t (1 - t)) at times away from the ends: how the noise enters the velocity. */
function noiseShare(time: Tensor): { share: Tensor; inside: Tensor } {
  const inside = perImage(minimum(maximum(time, FIRST_TIME), 1 - FIRST_TIME));
  const share = div(sub(1, mul(inside, 2)), mul(mul(inside, sub(1, inside)), 2));
  return { share, inside };
}

/** The residual that a prediction at a state and time stands for. */
export function residualOf(
  config: SbmConfig,
  prediction: Tensor,
  { state, time }: { readonly state: Tensor; readonly time: Tensor },
): Tensor {
  if (config.prediction === 'target') return prediction;
  if (config.prediction === 'label') {
    return sub(state, mul(momentOf(config, time).spread, prediction));
  }
  // u = share · (x - (1 - t) r) - r, solved for r: 1 + share · (1 - t) is 1 / 2t.
  const { share, inside } = noiseShare(time);
  return mul(sub(mul(share, state), prediction), mul(inside, 2));
}

/** One evaluation: the residual that the network estimates from a state. */
export function estimate(config: SbmConfig, params: Params, inputs: SbmInputs): Tensor {
  return residualOf(config, sbm(config, params, inputs), inputs);
}

/**
 * The training loss: at times drawn evenly from [0.001, 1] and states drawn from the bridge between
 * the residual and zero, how far the prediction is from what it should be.
 */
export function matchingLoss(
  config: SbmConfig,
  params: Params,
  {
    pan,
    lms,
    target,
    training,
  }: {
    readonly pan: Tensor;
    readonly lms: Tensor;
    readonly target: Tensor;
    readonly training: TrainingContext;
  },
): Tensor {
  const [batch] = target.shape;
  const residual = sub(target, lms);
  if (config.schedule === 'regression') {
    const at = constant(new Float32Array(batch).fill(1), [batch]);
    const only = sbm(config, params, { pan, lms, state: mul(lms, 0), time: at });
    return training.distance(only, residual);
  }
  const drawn = training.random('time', [batch], 'uniform');
  const time = add(mul(drawn, 1 - FIRST_TIME), FIRST_TIME);
  const noise = training.random('noise', target.shape, 'normal');
  const moment = momentOf(config, time);
  const state = add(mul(moment.target, residual), mul(moment.deviation, noise));
  const predicted = sbm(config, params, { pan, lms, state, time });
  return training.distance(predicted, wanted(config, { residual, state, time, moment }));
}

function wanted(
  { prediction }: SbmConfig,
  {
    residual,
    state,
    time,
    moment,
  }: {
    readonly residual: Tensor;
    readonly state: Tensor;
    readonly time: Tensor;
    readonly moment: Moment;
  },
): Tensor {
  if (prediction === 'target') return residual;
  if (prediction === 'label') return div(sub(state, residual), moment.spread);
  const { share, inside } = noiseShare(time);
  return sub(mul(share, sub(state, mul(sub(1, inside), residual))), residual);
}
