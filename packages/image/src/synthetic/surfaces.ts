/** The palette of the made scene: what each kind of ground or roof is made of and how it varies. */

import type { Random } from './random.js';
import type { Mixture } from './spectra.js';

/** Lines on the ground: drills, ploughing, mown strips; `tram` marks wheel tracks. */
export interface Rows {
  readonly period: number;
  readonly angle: number;
  readonly depth: number;
  /** Distance between pairs of wheel tracks in metres. */
  readonly tram?: number;
}

export interface Surface {
  readonly a: Mixture;
  /** What `a` gives way to; the same as `a` where the surface is even. */
  readonly b: Mixture;
  /** Share of b where the noise is neutral. */
  readonly base: number;
  /** How far noise of metres to tens of metres moves the share. */
  readonly patch: number;
  /** Relative brightness noise from one sub-pixel to the next and over a metre. */
  readonly grain: number;
  readonly rows?: Rows;
}

type Look = Partial<Omit<Surface, 'a' | 'b'>>;

export class Palette {
  readonly surfaces: Surface[] = [];

  /** Takes a surface in and says its number. */
  add(
    a: Mixture,
    b: Mixture = a,
    { base = 0.4, patch = 0, grain = 0.06, rows }: Look = {},
  ): number {
    if (this.surfaces.length > 0xfffe) return this.surfaces.length - 1;
    this.surfaces.push({ a, b, base, patch, grain, ...(rows ? { rows } : {}) });
    return this.surfaces.length - 1;
  }
}

const scaled = (mixture: Mixture, factor: number): Mixture =>
  Object.fromEntries(Object.entries(mixture).map(([name, share]) => [name, share * factor]));

/** Every surface that is not a field's own, in a few variants each. */
export function standardSurfaces(palette: Palette, random: Random) {
  const one = (a: Mixture, b?: Mixture, look?: Look) => palette.add(a, b, look);
  const many = (n: number, make: () => number) => Array.from({ length: n }, make);
  const shade = (mixture: Mixture, low: number, high: number, grain = 0.05) =>
    many(6, () => one(scaled(mixture, random.range(low, high)), undefined, { grain }));
  const crown = (a: Mixture, b: Mixture) =>
    many(10, () => {
      const level = random.range(0.78, 1.2);
      return one(scaled(a, level), scaled(b, level * random.range(0.8, 1.1)), {
        base: random.range(0.1, 0.6),
        patch: 0.2,
        grain: 0.22,
      });
    });
  return {
    verge: one({ grass: 0.8, darkSoil: 0.15 }, { straw: 0.5, lightSoil: 0.5 }, { patch: 0.8 }),
    asphalt: one({ asphalt: 1 }, { oldAsphalt: 1 }, { patch: 0.35, grain: 0.04 }),
    street: one({ asphalt: 0.5, oldAsphalt: 0.5 }, { oldAsphalt: 1 }, { patch: 0.5, grain: 0.05 }),
    pavement: one({ concrete: 0.8 }, { oldAsphalt: 1.1 }, { patch: 0.4, grain: 0.06 }),
    yard: one({ oldAsphalt: 0.9 }, { concrete: 0.85 }, { base: 0.3, patch: 0.6 }),
    track: one({ gravel: 0.75, lightSoil: 0.25 }, { grass: 0.45, lightSoil: 0.5 }, { patch: 0.5 }),
    paint: one({ paint: 0.85, asphalt: 0.1 }),
    parapet: one({ concrete: 1.1 }),
    deepWater: one(
      { clearWater: 0.8, siltyWater: 0.25 },
      { clearWater: 0.5, algae: 0.5 },
      {
        base: 0.2,
        patch: 0.18,
        grain: 0.03,
      },
    ),
    shallowWater: one(
      { siltyWater: 1 },
      { siltyWater: 0.6, wetSoil: 0.35 },
      {
        base: 0.3,
        patch: 0.5,
        grain: 0.04,
      },
    ),
    bank: one({ wetSoil: 0.5, grass: 0.45 }, { gravel: 0.7, lightSoil: 0.25 }, { patch: 1 }),
    pool: one({ pool: 1 }, undefined, { grain: 0.03 }),
    trunkShade: one({ darkSoil: 0.5, conifer: 0.5 }, { grass: 0.7, darkSoil: 0.2 }, { patch: 0.7 }),
    sportsTurf: one(
      { grass: 1, wheat: 0.05 },
      { grass: 0.8, wheat: 0.25 },
      {
        base: 0.5,
        rows: { period: 11, angle: 0.3, depth: 0.5 },
      },
    ),
    clay: one({ redSoil: 0.7, redTile: 0.4 }, undefined, { grain: 0.05 }),
    lawns: many(12, () =>
      one(
        { grass: random.range(0.75, 1.05), broadleaf: random.range(0, 0.15) },
        { straw: 0.45, lightSoil: 0.3, grass: 0.25 },
        { base: random.range(0.02, 0.5), patch: 0.5, grain: 0.1 },
      ),
    ),
    beds: many(4, () =>
      one(
        { darkSoil: 0.9 },
        { maize: 0.7, darkSoil: 0.3 },
        {
          base: random.range(0.1, 0.7),
          patch: 0.3,
          rows: { period: 1.4, angle: random.range(0, 3), depth: 0.8 },
        },
      ),
    ),
    tiles: [
      ...shade({ redTile: 1 }, 0.7, 1.1, 0.07),
      ...shade({ redTile: 0.5, brownTile: 0.5 }, 0.75, 1.15, 0.07),
      ...shade({ brownTile: 1 }, 0.8, 1.3, 0.06),
    ],
    slate: [...shade({ slate: 1 }, 0.75, 1.5), ...shade({ bitumen: 0.7, slate: 0.4 }, 0.9, 1.3)],
    flatRoofs: [
      ...shade({ gravel: 0.5, concrete: 0.4 }, 0.75, 1.1, 0.05),
      ...shade({ bitumen: 1 }, 1, 1.8, 0.05),
      ...shade({ concrete: 1 }, 0.8, 1.1, 0.04),
    ],
    metals: [
      ...shade({ metal: 1 }, 0.7, 1.15, 0.025),
      ...shade({ metal: 0.6, concrete: 0.4 }, 0.7, 1, 0.025),
      ...shade({ blueMetal: 1 }, 0.7, 1.1, 0.025).slice(0, 2),
      ...shade({ greenMetal: 1 }, 0.8, 1.2, 0.025).slice(0, 2),
    ],
    solar: one({ solar: 1 }, undefined, { grain: 0.02 }),
    skylight: one({ paint: 0.45, glass: 0.5 }),
    chimney: one({ brownTile: 1.1 }),
    cars: [
      ...many(3, () => one({ paint: 0.9 }, undefined, { grain: 0.03 })),
      ...many(3, () => one({ metal: 0.7 }, undefined, { grain: 0.03 })),
      ...many(4, () => one({ bitumen: 0.8 }, undefined, { grain: 0.03 })),
      one({ redPaint: 1 }),
      one({ bluePaint: 0.8 }),
    ],
    glass: one({ glass: 1 }),
    broadleaf: crown({ broadleaf: 1 }, { grass: 0.9 }),
    conifer: crown({ conifer: 1 }, { conifer: 0.7, broadleaf: 0.3 }),
    shrubs: crown({ broadleaf: 0.7, grass: 0.3 }, { broadleaf: 0.9 }),
  };
}

export type StandardSurfaces = ReturnType<typeof standardSurfaces>;

/** The surface of one field: what grows there, how far it is, which way it was drilled. */
export function fieldSurface(palette: Palette, random: Random, angle: number): number {
  const tram = random.range(15, 24);
  const drilled = (depth: number, period = random.range(1.8, 3)): Rows => ({
    period,
    angle,
    depth,
    tram,
  });
  const soils: Mixture[] = [
    { lightSoil: 0.85 },
    { darkSoil: 1 },
    { redSoil: 0.9 },
    { lightSoil: 0.5, darkSoil: 0.5 },
  ];
  const ground = random.pick(soils);
  const level = random.range(0.85, 1.1);
  const thin = { base: random.range(0.05, 0.3), patch: 0.35, grain: 0.09 };
  switch (random.int(8)) {
    case 0:
    case 1:
      return palette.add(
        scaled({ wheat: 1 }, level),
        { wheat: 0.55, ...ground },
        {
          ...thin,
          rows: drilled(0.12),
        },
      );
    case 2:
      return palette.add({ maize: 0.9 }, ground, {
        base: random.range(0.35, 0.65),
        patch: 0.25,
        grain: 0.12,
        rows: drilled(0.6, random.range(1.5, 2.4)),
      });
    case 3:
      return palette.add(
        { rapeseed: 1.05 },
        { rapeseed: 0.5, wheat: 0.45 },
        {
          ...thin,
          rows: drilled(0.15),
        },
      );
    case 4:
      return palette.add(
        scaled({ straw: 1 }, level),
        { straw: 0.5, lightSoil: 0.5 },
        {
          ...thin,
          rows: { period: random.range(4, 7), angle, depth: 0.5 },
        },
      );
    case 5:
    case 6:
      return palette.add(
        scaled(ground, level),
        { wetSoil: 0.6, ...scaled(ground, 0.5) },
        {
          base: random.range(0.1, 0.35),
          patch: 0.55,
          grain: 0.1,
          rows: { period: random.range(1.6, 3.2), angle, depth: 0.22, tram },
        },
      );
    default:
      return palette.add(
        { grass: 0.95 },
        { grass: 0.5, straw: 0.35, darkSoil: 0.1 },
        {
          base: 0.3,
          patch: 0.9,
          grain: 0.12,
        },
      );
  }
}
