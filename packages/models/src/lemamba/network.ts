/** LE-Mamba: a U of LEVM blocks over the enlarged MS, PAN as a condition, states handed on. */

import {
  add,
  concat,
  GraphError,
  mul,
  type Params,
  resize,
  showShape,
  type Tensor,
  transpose,
  zerosInit,
} from '@bandweave/graph';
import { convLayer, linearLayer } from '@bandweave/nn';
import { type BlockOptions, type DepthFactors, levmBlock } from './block.js';
import { type LeMambaConfig, type StageConfig, sideMultiple } from './config.js';
import { published } from './init.js';

export interface LeMambaInputs {
  /** MS enlarged to PAN's size [b, msBands, h, w], divided by the sensor's largest value */
  readonly lms: Tensor;
  /** [b, panBands, h, w], divided by the same */
  readonly pan: Tensor;
  /** Where training leaves branches out at random. */
  readonly depthFactors?: DepthFactors | undefined;
}

export interface LeMamba {
  readonly config: LeMambaConfig;
  /** The sharpened image [b, msBands, h, w], not clamped. */
  build(params: Params, inputs: LeMambaInputs): Tensor;
}

/** The network of a configuration, at any size in the multiples that `sideMultiple` gives. */
export function leMamba(config: LeMambaConfig): LeMamba {
  return { config, build: (params, inputs) => build(config, published(params), inputs) };
}

/** Features [b, h, w, c] and the state of the block that made them. */
interface Carried {
  readonly x: Tensor;
  readonly state: Tensor | undefined;
}

function build(config: LeMambaConfig, params: Params, inputs: LeMambaInputs): Tensor {
  checkInputs(config, inputs);
  const { lms } = inputs;
  const { encoder, middle, decoder, growth, msBands, width } = config;
  const stages = stageRunner(config, inputs);
  const intro = convLayer(params.scope('intro'), lms, { out: width, kernel: 3, padding: 1 });

  let at: Carried = { x: transpose(intro, [0, 2, 3, 1]), state: undefined };
  const left: Carried[] = encoder.map((stage, e) => {
    const blocks = params.scope(`lemm_encoders.${e}.mods`);
    const done = stages.own(blocks, at.x, stage);
    at = { ...done, x: down(params.scope(`lemm_downs.${e}.1`), done.x, growth[e]) };
    return done;
  });
  at = stages.own(params.scope('middle_blks.mods'), at.x, middle);
  decoder.forEach((stage, d) => {
    const mirror = left[left.length - 1 - d];
    const wide = up(params.scope(`lemm_ups.${d}.1`), at.x, mirror.x.shape[3]);
    const channels = wide.shape[3];
    const scale = params.get(`skip_scales.${d}`, [1, 1, 1, channels], zerosInit);
    const blocks = params.scope(`lemm_decoders.${d}.mods`);
    const joined = linearLayer(
      blocks.scope('0'),
      concat([wide, mul(mirror.x, scale)], { axis: 3 }),
      { out: channels },
    );
    at = stages.shared(blocks, joined, { stage, entered: at.state, mirror: mirror.state });
  });
  const map = transpose(at.x, [0, 3, 1, 2]);
  return add(lms, convLayer(params.scope('ending'), map, { out: msBands, kernel: 3, padding: 1 }));
}

interface SharedStage {
  readonly stage: StageConfig;
  /** The state that came into the stage: the same for all its blocks. */
  readonly entered: Tensor | undefined;
  /** That of the mirrored encoder stage. */
  readonly mirror: Tensor | undefined;
}

/** Runs the blocks of stages, the rate of stochastic depth rising from block to block. */
function stageRunner(
  { encoder, middle, decoder, stateSharing, dropPath }: LeMambaConfig,
  { pan, depthFactors }: LeMambaInputs,
) {
  const total = [...encoder, middle, ...decoder].reduce((sum, { blocks }) => sum + blocks, 0);
  let index = 0;
  const block = (
    params: Params,
    x: Tensor,
    { previous, skip, stage }: Omit<BlockOptions, 'pan' | 'depth'>,
  ): Carried => {
    const rate = total > 1 ? (dropPath * index) / (total - 1) : 0;
    index += 1;
    const depth = depthFactors ? { factors: depthFactors, rate } : undefined;
    const states = stateSharing === 'injected' ? { previous, skip } : {};
    const { y, state } = levmBlock(params, x, { stage, pan, depth, ...states });
    return { x: y, state };
  };
  return {
    /** Encoder and middle: each block is given the state of the one before it. */
    own(params: Params, x: Tensor, stage: StageConfig): Carried {
      let at: Carried = { x, state: undefined };
      for (let i = 0; i < stage.blocks; i++) {
        at = block(params.scope(`${i}`), at.x, { stage, previous: at.state });
      }
      return at;
    },
    /** Decoder: the state that entered, with the encoder's, which only the first block projects. */
    shared(params: Params, x: Tensor, { stage, entered, mirror }: SharedStage): Carried {
      let at: Carried = { x, state: entered };
      for (let i = 0; i < stage.blocks; i++) {
        const projection = i === 0 ? 'learned' : 'none';
        const skip = mirror ? ({ state: mirror, projection } as const) : undefined;
        at = block(params.scope(`${i + 1}`), at.x, { stage, previous: entered, skip });
      }
      return at;
    },
  };
}

/** Half the size, `growth` times the channels. */
function down(params: Params, x: Tensor, growth: number): Tensor {
  const out = x.shape[3] * growth;
  const map = convLayer(params, transpose(x, [0, 3, 1, 2]), { out, kernel: 2, stride: 2 });
  return transpose(map, [0, 2, 3, 1]);
}

/** The encoder's channels, then twice the size. */
function up(params: Params, x: Tensor, channels: number): Tensor {
  const map = transpose(x, [0, 3, 1, 2]);
  const mixed = convLayer(params, map, { out: channels, kernel: 1, bias: 'no' });
  const size = [2 * x.shape[1], 2 * x.shape[2]] as const;
  return transpose(resize(mixed, { size }), [0, 2, 3, 1]);
}

function checkInputs(config: LeMambaConfig, { lms, pan }: LeMambaInputs): void {
  const { msBands, panBands } = config;
  const [b, , h, w] = lms.shape;
  const multiple = sideMultiple(config);
  const fits =
    showShape(lms.shape) === showShape([b, msBands, h, w]) &&
    showShape(pan.shape) === showShape([b, panBands, h, w]) &&
    h % multiple === 0 &&
    w % multiple === 0;
  if (fits) return;
  throw new GraphError(
    `leMamba: expected lms [b,${msBands},h,w] and pan [b,${panBands},h,w] in multiples of ${multiple}, got ${showShape(lms.shape)} and ${showShape(pan.shape)}.`,
  );
}
