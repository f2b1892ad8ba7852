/**
 * The super-resolution networks as `train` makes them. They see no PAN: MS is the small picture,
 * `ratio` the scale. `fuse` does not know them; `upscale` opens their weights.
 */

import { GraphError, mul, type Params, type Tensor } from '@bandweave/graph';
import type { BuiltNetwork, CreateOptions, NetworkDefinition } from '../definition.js';
import { edsr, edsrConfig } from '../edsr/index.js';
import { rcan, rcanConfig } from '../rcan/index.js';
import { DEFAULT_RECIPE, type Recipe } from '../recipe.js';
import { swinIr, swinIrConfig } from '../swinir/index.js';
import { openSuperResolution } from './open.js';

/** Adam on mean absolute differences, as the three papers do; patches are those of the large picture. */
const RECIPE: Recipe = {
  ...DEFAULT_RECIPE,
  lr: 1e-4,
  schedule: { kind: 'step', every: 200, factor: 0.5 },
  epochs: 1000,
  batch: 16,
  patch: 96,
};

interface Traced {
  readonly scale: number;
  readonly colors: number;
  readonly fullRange: number;
  build(params: Params, image: Tensor): Tensor;
}

/** Images from 0 to 1 on both sides, whatever the network calls full range. */
function enlarger({ scale, colors, fullRange, build }: Traced): BuiltNetwork {
  // imresize puts the small pixel's centre in the middle of those that it stands for.
  const phase = (scale - 1) / 2;
  const facts = { panBands: 1, msBands: colors, ratio: scale, msStep: 1, phase };
  const times = (x: Tensor, by: number) => (by === 1 ? x : mul(x, by));
  return {
    facts,
    build: (params, { ms }) =>
      times(build(params, times(ms, fullRange)), fullRange === 1 ? 1 : 1 / fullRange),
  };
}

function define<Sizes extends Record<string, number>>(
  info: { readonly name: string; readonly title: string; readonly source: string },
  sizes: Sizes,
  make: (sizes: Sizes, size: { colors: number; scale: number }) => Omit<Traced, 'scale' | 'colors'>,
): NetworkDefinition {
  return {
    ...info,
    open: (weights, { file }) => {
      const opened = openSuperResolution(weights, { file });
      if (opened.name === info.name) return enlarger(opened);
      throw new GraphError(
        `${file}: expected weights of ${info.title}, got those of ${opened.name}; choose another file.`,
      );
    },
    create: ({ msBands: colors, ratio: scale, sizes: given }: CreateOptions) => {
      const chosen = { ...sizes, ...given };
      for (const [name, value] of Object.entries(chosen)) {
        if (Number.isInteger(value) && value >= 1) continue;
        throw new GraphError(`${info.name}: expected ${name} of 1 or more, got ${value}.`);
      }
      const traced = make(chosen, { colors, scale });
      return { config: { ...chosen, scale, colors }, ...enlarger({ ...traced, colors, scale }) };
    },
    variants: [],
    sizes,
    recipe: RECIPE,
  };
}

const edsrDefinition = define(
  { name: 'edsr', title: 'EDSR', source: 'Lim, Son, Kim, Nah, Lee 2017' },
  { features: 64, blocks: 16 },
  (sizes, size) => {
    const config = edsrConfig({ ...sizes, ...size });
    return { fullRange: 255, build: (params, image) => edsr(config, params, image) };
  },
);

const rcanDefinition = define(
  { name: 'rcan', title: 'RCAN', source: 'Zhang, Li, Li, Wang, Zhong, Fu 2018' },
  { features: 64, groups: 10, blocks: 20, reduction: 16 },
  (sizes, size) => {
    const config = rcanConfig({ ...sizes, ...size });
    return { fullRange: 255, build: (params, image) => rcan(config, params, image) };
  },
);

const swinIrDefinition = define(
  { name: 'swinir', title: 'SwinIR', source: 'Liang, Cao, Sun, Zhang, Van Gool, Timofte 2021' },
  { embed: 60, groups: 4, blocks: 6, heads: 6, window: 8 },
  ({ embed, groups, blocks, heads, window }, size) => {
    if (embed % heads !== 0) {
      throw new GraphError(
        `swinir: expected an embedding that ${heads} heads divide, got ${embed}; choose other sizes.`,
      );
    }
    const config = swinIrConfig({
      embed,
      depths: new Array<number>(groups).fill(blocks),
      heads: new Array<number>(groups).fill(heads),
      window,
      ...size,
    });
    return { fullRange: 1, build: (params, image) => swinIr(config, params, image) };
  },
);

/** Sorted by name. */
export const SUPER_RESOLVERS: readonly NetworkDefinition[] = [
  edsrDefinition,
  rcanDefinition,
  swinIrDefinition,
];

/** The super-resolution network of that name; undefined for names of others. */
export function findSuperResolver(name: string): NetworkDefinition | undefined {
  return SUPER_RESOLVERS.find((network) => network.name === name);
}
