/** LE-Mamba's configuration. Cao et al. 2024, A novel state space model with local enhancement. */

/** A state-space layer of a block. */
export interface ScanConfig {
  /** Channels inside over channels outside. */
  readonly expand: number;
  readonly states: number;
  /** Side of the depthwise convolution. */
  readonly kernel: number;
}

/** The blocks at one level of the encoder, of the decoder, or in the middle. */
export interface StageConfig {
  readonly blocks: number;
  readonly global: ScanConfig;
  /** The branch within windows; levels without one have only the global branch. */
  readonly local?: ScanConfig & { readonly window: number };
}

export interface LeMambaConfig {
  readonly msBands: number;
  readonly panBands: number;
  /** Channels at full resolution. */
  readonly width: number;
  /** By how much each reduction multiplies the channels, finest first. */
  readonly growth: readonly number[];
  /** Finest first. */
  readonly encoder: readonly StageConfig[];
  readonly middle: StageConfig;
  /** Coarsest first, as they run. */
  readonly decoder: readonly StageConfig[];
  /** 'injected' passes the scans' last states on to later blocks; 'none' is the ablation. */
  readonly stateSharing: 'injected' | 'none';
  /** Largest rate of stochastic depth; rates rise in a straight line from 0 at the first block. */
  readonly dropPath: number;
}

export interface LeMambaOptions {
  readonly msBands: number;
  readonly panBands?: number;
  readonly width?: number;
  /** Blocks of the encoder by level, finest first; the decoder mirrors them. */
  readonly blocks?: readonly number[];
  /** Channels inside over channels outside of the global scans by level. */
  readonly expand?: readonly number[];
  /** Sides of the windows by level; 0 leaves the local branch out. */
  readonly windows?: readonly number[];
  readonly localStates?: number;
  readonly globalStates?: number;
  readonly stateSharing?: LeMambaConfig['stateSharing'];
  readonly dropPath?: number;
}

/** A network of the published form ("tiny") in any size. */
export function leMambaConfig({
  msBands,
  panBands = 1,
  width = 32,
  blocks = [2, 1, 1],
  expand = [2, 2, 1],
  windows = [8, 8, 0],
  localStates = 16,
  globalStates = 32,
  stateSharing = 'injected',
  dropPath = 0.1,
}: LeMambaOptions): LeMambaConfig {
  const stage = (level: number): StageConfig => ({
    blocks: blocks[level],
    global: { expand: expand[level], states: globalStates, kernel: 11 },
    ...(windows[level] > 0
      ? { local: { expand: 2, states: localStates, kernel: 7, window: windows[level] } }
      : {}),
  });
  const encoder = blocks.map((_, level) => stage(level));
  const last = encoder[encoder.length - 1];
  return {
    msBands,
    panBands,
    width,
    growth: blocks.map(() => 1),
    encoder,
    middle: { blocks: 1, global: last.global },
    decoder: [...encoder].reverse(),
    stateSharing,
    dropPath,
  };
}

/** The network of the paper for WorldView-3: 743,464 parameters. */
export const LEMAMBA_WV3: LeMambaConfig = leMambaConfig({ msBands: 8 });

/** Sides of the image must be multiples of this: whole windows at every level. */
export function sideMultiple({ encoder, growth }: LeMambaConfig): number {
  return encoder.reduce(
    (multiple, { local }, level) => leastCommon(multiple, 2 ** level * (local?.window ?? 1)),
    2 ** growth.length,
  );
}

function leastCommon(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y > 0) [x, y] = [y, x % y];
  return (a / x) * b;
}
