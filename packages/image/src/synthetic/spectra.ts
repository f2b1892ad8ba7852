/**
 * Reflectance spectra of the made scene's materials from 400 to 2400 nm. The shapes are smooth
 * parametrisations of our own that follow the well-known features: chlorophyll wells and red edge,
 * leaf water at 970, 1200, 1450 and 1940 nm, the rising soil line with its iron shoulder, the
 * fall of water beyond 700 nm, flat asphalt and concrete, the steep rise of red tiles at 590 nm.
 */

export const WAVELENGTH_START = 400;
export const WAVELENGTH_STEP = 5;
export const WAVELENGTH_COUNT = 401;

/** Reflectance at 400, 405, ..., 2400 nm, each in [0, 1]. */
export type Spectrum = Float64Array;

const bell = (x: number, centre: number, width: number) => Math.exp(-(((x - centre) / width) ** 2));
const rise = (x: number, centre: number, width: number) =>
  1 / (1 + Math.exp(-(x - centre) / width));

/** The spectrum whose reflectance at `nm` is `value(nm)`, held inside [0.002, 0.98]. */
function spectrum(value: (nm: number) => number): Spectrum {
  const out = new Float64Array(WAVELENGTH_COUNT);
  for (let i = 0; i < out.length; i++) {
    out[i] = Math.min(0.98, Math.max(0.002, value(WAVELENGTH_START + i * WAVELENGTH_STEP)));
  }
  return out;
}

/** Water of leaves and wet ground: transmittance of `depth` (0 dry, 1 a dense canopy). */
function leafWater(nm: number, depth: number): number {
  return Math.exp(
    -depth *
      (0.1 * bell(nm, 975, 35) +
        0.22 * bell(nm, 1195, 55) +
        1.4 * bell(nm, 1450, 75) +
        2.3 * bell(nm, 1940, 110) +
        0.75 * rise(nm, 1450, 60) +
        0.5 * rise(nm, 2300, 50)),
  );
}

interface Foliage {
  /** Height of the green peak above the chlorophyll wells. */
  readonly green: number;
  readonly wells: number;
  readonly nir: number;
  /** Inflection of the red edge in nm: 715 (sparse) to 728 (dense). */
  readonly edge?: number;
  readonly water?: number;
  /** A yellow-brown slope through the visible: straw, flowers. */
  readonly yellow?: number;
}

const foliage = ({ green, wells, nir, edge = 720, water = 1, yellow = 0 }: Foliage) =>
  spectrum(
    (nm) =>
      (wells +
        green * bell(nm, 553, 36) +
        0.35 * green * bell(nm, 610, 40) +
        yellow * rise(nm, 525, 14) +
        (nir - wells - yellow) * rise(nm, edge, 12) * (1 + 0.06 * rise(nm, 850, 60))) *
      leafWater(nm, water),
  );

/** Soil: saturating rise with wavelength, iron shoulders near 490 and 870 nm, wetness darkens. */
const soil = (level: number, { red = 1, wet = 0 }: { red?: number; wet?: number } = {}) =>
  spectrum(
    (nm) =>
      level *
      (0.2 + 0.95 * (1 - Math.exp(-(nm - 380) / (330 / red)))) *
      (1 - 0.12 * red * bell(nm, 490, 60)) *
      (1 - 0.05 * bell(nm, 870, 70)) *
      (1 - 0.5 * wet) *
      leafWater(nm, 0.15 + 0.4 * wet),
  );

/** Open water: back-scatter of `load` (0 clear, 1 silty) under pure water's absorption. */
const water = (load: number) =>
  spectrum(
    (nm) =>
      0.012 +
      (0.022 + 0.035 * load) * bell(nm, 520 + 50 * load, 95) * (1 - 0.85 * rise(nm, 720, 18)) +
      0.03 * load * rise(nm, 580, 30) * (1 - rise(nm, 715, 16)),
  );

/** Man-made: flat `level` with a slope per 1000 nm. */
const flat = (level: number, slope = 0) =>
  spectrum((nm) => level + (slope * (nm - 550)) / (nm > 1100 ? 2400 : 1000));

const MATERIALS = {
  wheat: foliage({ green: 0.052, wells: 0.042, nir: 0.5, edge: 723, yellow: 0.005 }),
  maize: foliage({ green: 0.06, wells: 0.046, nir: 0.44, edge: 719 }),
  rapeseed: foliage({ green: 0.08, wells: 0.045, nir: 0.5, yellow: 0.17 }),
  grass: foliage({ green: 0.056, wells: 0.056, nir: 0.4, edge: 716, yellow: 0.018 }),
  straw: foliage({ green: 0.01, wells: 0.07, nir: 0.4, edge: 690, water: 0.25, yellow: 0.16 }),
  broadleaf: foliage({ green: 0.046, wells: 0.036, nir: 0.48, edge: 721, yellow: 0.006 }),
  conifer: foliage({ green: 0.026, wells: 0.03, nir: 0.3, edge: 722, water: 1.2 }),
  algae: foliage({ green: 0.03, wells: 0.03, nir: 0.09, water: 2 }),
  darkSoil: soil(0.17, { red: 0.8 }),
  lightSoil: soil(0.34),
  redSoil: soil(0.26, { red: 1.35 }),
  wetSoil: soil(0.2, { wet: 0.7 }),
  gravel: soil(0.36, { red: 0.75 }),
  asphalt: flat(0.1, 0.035),
  oldAsphalt: flat(0.16, 0.05),
  concrete: spectrum((nm) => 0.2 + 0.16 * (1 - Math.exp(-(nm - 380) / 260))),
  paint: spectrum((nm) => 0.12 + 0.55 * rise(nm, 415, 10)),
  redTile: spectrum(
    (nm) => 0.075 + 0.03 * rise(nm, 520, 20) + 0.13 * rise(nm, 590, 20) + 0.1 * rise(nm, 740, 60),
  ),
  brownTile: spectrum((nm) => 0.05 + 0.085 * rise(nm, 585, 28) + 0.07 * rise(nm, 780, 90)),
  slate: flat(0.075, 0.02),
  bitumen: flat(0.05, 0.015),
  metal: flat(0.42, -0.03),
  greenMetal: spectrum((nm) => 0.1 + 0.09 * bell(nm, 535, 45) + 0.18 * rise(nm, 800, 40)),
  blueMetal: spectrum((nm) => 0.08 + 0.2 * bell(nm, 462, 42) + 0.26 * rise(nm, 780, 40)),
  solar: spectrum((nm) => 0.035 + 0.035 * bell(nm, 450, 40) + 0.12 * rise(nm, 1060, 30)),
  redPaint: spectrum((nm) => 0.04 + 0.28 * rise(nm, 605, 10)),
  bluePaint: spectrum((nm) => 0.04 + 0.22 * bell(nm, 455, 40) + 0.3 * rise(nm, 770, 35)),
  glass: flat(0.06),
  clearWater: water(0.1),
  siltyWater: water(0.75),
  pool: spectrum((nm) => 0.02 + 0.42 * bell(nm, 470, 75) * (1 - rise(nm, 600, 30))),
} as const satisfies Record<string, Spectrum>;

export type Material = keyof typeof MATERIALS;

/** The materials' names. */
export const MATERIAL_NAMES = Object.keys(MATERIALS) as Material[];

/** Shares of materials, which need not add up to one: { grass: 0.8, lightSoil: 0.3 }. */
export type Mixture = Partial<Record<Material, number>>;

/** The reflectance spectrum of one material; a copy. */
export function materialSpectrum(name: Material): Spectrum {
  return MATERIALS[name].slice();
}

/** Linear (areal) mixture of materials. */
export function mixSpectra(mixture: Mixture): Spectrum {
  const out = new Float64Array(WAVELENGTH_COUNT);
  for (const [name, share] of Object.entries(mixture)) {
    const part = MATERIALS[name as Material];
    for (let i = 0; i < out.length; i++) out[i]! += share * part[i]!;
  }
  return out;
}
