/**
 * What every fusion network is to the rest of the product: opened from weights by `fuse`, created
 * anew by `train`, listed by `methods`. One `definition.ts` in the network's folder fulfils it and
 * one line of `networks.ts` registers it; nothing else knows the networks apart.
 */

import type { Params, StateDict, Tensor } from '@bandweave/graph';
import type { NetworkInfo } from './network-list.js';
import type { Preparation } from './preparation.js';
import type { Recipe } from './recipe.js';
import type { Sampling } from './sampling.js';

/** What a network sees; `lms` is fed only where the trace uses it. */
export interface NetworkInputs {
  /** [b, panBands, h·ratio, w·ratio], divided by the sensor's largest value */
  readonly pan: Tensor;
  /** [b, msBands, h, w], divided by the same */
  readonly ms: Tensor;
  /** [b, msBands, h·ratio, w·ratio]: `ms` enlarged as the toolboxes do (`enlargeMs`) */
  readonly lms: Tensor;
  /** [b, bases · msBands, h·ratio, w·ratio]: every base where there are several; see `Preparation`. */
  readonly bases?: Tensor;
}

/** What every pansharpening network states of itself. */
export interface NetworkFacts {
  readonly panBands: number;
  readonly msBands: number;
  /** PAN pixels a MS pixel. */
  readonly ratio: number;
  /** Sides of MS windows are multiples of this. */
  readonly msStep: number;
  /**
   * PAN position of the centre of MS pixel 0 in the training pairs: floor(ratio / 2) where they
   * are reduced as the toolboxes do (`toolboxPhase`).
   */
  readonly phase: number;
  /**
   * PAN pixels along a window's edge that would come out otherwise in a larger window; they are cut
   * off where another window has them. 0 by default.
   */
  readonly margin?: number;
  /** How many images of msBands each `lms` is fed with; 1 by default. */
  readonly bases?: number;
  /** Side of the windows in PAN pixels where it belongs to the network; 256 by default. */
  readonly window?: number;
}

/**
 * Where the samples of pairs lie that were reduced as the toolboxes do; at a ratio that is not whole
 * pixels share their outer edges.
 */
export const toolboxPhase = (ratio: number): number =>
  Number.isInteger(ratio) ? Math.floor(ratio / 2) : (ratio - 1) / 2;

/** Only in a training trace: what differs from inference. */
export interface TrainingContext {
  /**
   * A tensor that is drawn anew at each step, from the seed of the run: stochastic depth, dropout,
   * the time and noise of a diffusion. Uniform in [0, 1) or standard normal.
   */
  random(name: string, shape: readonly number[], kind: 'uniform' | 'normal'): Tensor;
  /** The value that a buffer has after the step (running statistics), by its full name. */
  keep(name: string, value: Tensor): void;
  /** The recipe's loss of two tensors alike [b, c, h, w]: one number. */
  distance(prediction: Tensor, target: Tensor): Tensor;
}

/** What a network found out about a scene, by name: fed with every window of it. */
export type Fitted = Readonly<Record<string, Tensor>>;

/**
 * For networks whose result depends on what else a window holds: found out once for a scene, it is
 * the same in all windows.
 */
export interface SceneFit {
  /** From windows of the scene as one batch. */
  fit(params: Params, inputs: NetworkInputs): Fitted;
  /** As `BuiltNetwork.build`, for windows of that scene. */
  build(params: Params, inputs: NetworkInputs, fitted: Fitted): Tensor;
}

/** A network of definite bands, ratio and sizes. */
export interface BuiltNetwork {
  readonly facts: NetworkFacts;
  /**
   * Traces the sharpened image [b, msBands, h·ratio, w·ratio], not clamped. New parameters get
   * their initial values here, by the initialisers given to `params.get`; `training` is there only
   * while it is trained.
   */
  build(params: Params, inputs: NetworkInputs, training?: TrainingContext): Tensor;
  /** `lms`: with its first parameters it gives `lms` as it came (its last layer begins as zero). */
  readonly start?: 'lms';
  readonly scene?: SceneFit;
  /**
   * For networks that sort pixels into clusters: the number of each pixel's, float32 [b, h', w'],
   * by name, at full size first. With `fitted`, numbers mean the same in all windows of a scene.
   */
  clusters?(
    params: Params,
    inputs: NetworkInputs,
    fitted?: Fitted,
  ): Readonly<Record<string, Tensor>>;
  /** The paper's loss where it is more than the recipe's `loss`: one number. */
  loss?(prediction: Tensor, target: Tensor, inputs: NetworkInputs): Tensor;
  /**
   * For networks that are not trained by comparing `build` with the target (diffusion, bridges):
   * the whole training loss, in place of `build` and `loss`.
   */
  objective?(
    params: Params,
    batch: NetworkInputs & { readonly target: Tensor },
    training: TrainingContext,
  ): Tensor;
  /** Parts that may be fine-tuned in turn, the others left alone (SSDiff's L-BAF). */
  readonly branches?: readonly Branch[];
  /** For such networks: how images are made, in place of `build`. */
  readonly sampling?: Sampling;
}

/** A part of a network that is fine-tuned while the rest stays as it is. */
export interface Branch {
  readonly name: string;
  /** Whether a parameter belongs to it. */
  readonly owns: (parameter: string) => boolean;
  /** Whether it is a linear map's weight, which may be changed at a low rank. */
  readonly linear: (parameter: string) => boolean;
  /** The training loss, through which only the branch is seen. */
  readonly objective: NonNullable<BuiltNetwork['objective']>;
}

/** The bands and the ratio to make a network for. */
export interface NetworkSize {
  readonly panBands: number;
  readonly msBands: number;
  readonly ratio: number;
}

export interface CreateOptions extends NetworkSize {
  /** One of `variants`; the paper's network without it. */
  readonly variant?: string;
  /** Widths, depths and the like by the names in `sizes`; those of the paper without them. */
  readonly sizes?: Readonly<Record<string, number>>;
}

/** A network made anew; `config` is kept in the metadata of its weights. */
export interface CreatedNetwork extends BuiltNetwork {
  readonly config: Readonly<Record<string, number | string>>;
}

export interface WeightsSource {
  /** How messages call the weights. */
  readonly file: string;
  /** The variant that the file's metadata names. */
  readonly variant?: string;
  /** `config` of the network that was trained, for what shapes cannot tell; not of foreign files. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Of the pair that the network is opened for, for what the file does not fix. */
  readonly pair?: {
    readonly msBands: number;
    /** The nearest whole number. */
    readonly ratio: number;
    /** As it is, for networks that serve at any. */
    readonly exactRatio?: number;
  };
  /** Ratio that the weights were trained at, where neither metadata nor shapes tell it; else 4. */
  readonly ratio?: number;
}

export interface NetworkDefinition extends NetworkInfo {
  /** Weights under the names of the trace, where published files have further or other names. */
  readonly renamed?: (weights: StateDict) => StateDict;
  /**
   * The network that weights belong to, read off their names and shapes.
   *
   * @throws GraphError in one line where they are another network's
   */
  readonly open: (weights: StateDict, source: WeightsSource) => BuiltNetwork;
  /**
   * A network to train.
   *
   * @throws GraphError where its definition does not allow these bands, ratio or sizes
   */
  readonly create: (options: CreateOptions) => CreatedNetwork;
  /** The papers' ablations: other forms of the network by name. */
  readonly variants: readonly { readonly name: string; readonly title: string }[];
  /** What `CreateOptions.sizes` may state, with the paper's values. */
  readonly sizes: Readonly<Record<string, number>>;
  /** How the paper trains it. */
  readonly recipe: Recipe;
  /** How it is given images where that is not `PLAIN`. */
  readonly preparation?: Preparation;
  /**
   * The same weights serve any number of bands at any ratio, and it is trained on scenes of all
   * kinds together: it must not look at `ms`, which has no size of its own then.
   */
  readonly anyPair?: boolean;
}
