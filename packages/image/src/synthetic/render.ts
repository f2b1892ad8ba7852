/** From painted sub-pixels to light in every band: areal mixing inside each pixel. */

import { airLightOf, bandWeights, lightOf, type SceneBands } from './illumination.js';
import { paintStrip, type Strip } from './paint.js';
import { latticeHash } from './random.js';
import type { Shape } from './sketch.js';
import { MATERIAL_NAMES, materialSpectrum } from './spectra.js';
import type { Surface } from './surfaces.js';
import { fractalRow } from './texture.js';

export interface RenderRequest {
  readonly height: number;
  readonly width: number;
  /** Metres a pixel. */
  readonly pixelSize: number;
  readonly bands: SceneBands;
  readonly seed: number;
  readonly surfaces: readonly Surface[];
  /** Sorted by layer. */
  readonly shapes: readonly Shape[];
  readonly sun: readonly [number, number, number];
}

const SUB = 3;
const STRIP_ROWS = 32;

/**
 * Apparent reflectance of every pixel, [bands + 1, height, width]; the last band is PAN.
 * Every pixel is the mean of 3x3 sub-pixels, so edges are mixtures as they are on the ground.
 */
export function render(request: RenderRequest): Float32Array {
  const { height, width, pixelSize, seed, surfaces, shapes, sun } = request;
  const weights = [...request.bands.ms, request.bands.pan].map(bandWeights);
  const count = weights.length;
  const table = surfaceTable(surfaces, weights);
  const air = airLightOf(weights);
  const looks = surfaces.map((surface) => new Look(surface));
  const out = new Float32Array(count * height * width);
  const rows = Math.min(STRIP_ROWS, height) * SUB;
  const strip = {
    width: width * SUB,
    size: pixelSize / SUB,
    surface: new Uint16Array(rows * width * SUB),
    light: new Uint8Array(rows * width * SUB),
  };
  const patch = new Float32Array(width);
  const fine = new Float32Array(width);
  for (let top = 0; top < height; top += STRIP_ROWS) {
    const stripRows = Math.min(STRIP_ROWS, height - top);
    const part: Strip = { ...strip, height: stripRows * SUB, y0: top * pixelSize };
    part.surface.fill(0);
    part.light.fill(100);
    paintStrip(part, shapes, sun);
    for (let stripRow = 0; stripRow < stripRows; stripRow++) {
      const row = top + stripRow;
      const line = { x0: 0, step: pixelSize, y: row * pixelSize };
      fractalRow(patch, { ...line, cell: 78, seed: seed + 11 }, { octaves: 5 });
      fractalRow(fine, { ...line, cell: 2.6, seed: seed + 23 }, { octaves: 3, gain: 0.8 });
      mixRow(
        out,
        { start: row * width, plane: height * width },
        { part, looks, table, row, stripRow, seed, patch, fine, air },
      );
    }
  }
  return out;
}

/** [surface][a direct, a diffuse, b direct, b diffuse][band]; mixing is linear, so by material. */
function surfaceTable(surfaces: readonly Surface[], weights: readonly Float64Array[]) {
  const count = weights.length;
  const light = Object.fromEntries(
    MATERIAL_NAMES.map((name) => [name, lightOf(materialSpectrum(name), weights)]),
  );
  const table = new Float64Array(surfaces.length * 4 * count);
  surfaces.forEach(({ a, b }, s) => {
    for (const [k, mixture] of [a, b].entries()) {
      for (const [name, share] of Object.entries(mixture)) {
        const { direct, diffuse } = light[name]!;
        const at = (s * 4 + 2 * k) * count;
        for (let i = 0; i < count; i++) {
          table[at + i]! += share * direct[i]!;
          table[at + count + i]! += share * diffuse[i]!;
        }
      }
    }
  });
  return table;
}

/** A surface with everything worked out that its texture needs. */
class Look {
  readonly base: number;
  readonly patch: number;
  readonly grain: number;
  readonly depth: number;
  /** Rows: cycles a metre in x and y. */
  readonly fx: number;
  readonly fy: number;
  readonly tram: number;
  readonly period: number;

  constructor({ base, patch, grain, rows }: Surface) {
    this.base = base;
    this.patch = patch * 1.5;
    this.grain = grain;
    this.depth = rows?.depth ?? 0;
    this.period = rows?.period ?? 1;
    this.fx = rows ? -Math.sin(rows.angle) / rows.period : 0;
    this.fy = rows ? Math.cos(rows.angle) / rows.period : 0;
    this.tram = rows?.tram ?? 0;
  }

  /** What rows and wheel tracks add to the share of b at (x, y) in metres. */
  lines(x: number, y: number, fine: number): number {
    const phase = x * this.fx + y * this.fy;
    const wave = 4 * Math.abs(phase - Math.floor(phase) - 0.5) - 1;
    const drilled = this.depth * wave * (0.6 + 0.4 * fine);
    if (this.tram === 0) return drilled;
    const across = phase * this.period;
    const place = Math.abs(across - Math.floor(across / this.tram) * this.tram - 3);
    return Math.abs(place - 0.95) < 0.28 ? drilled + 0.55 : drilled;
  }
}

/** What one row of pixels is mixed from. */
interface RowContext {
  readonly part: Strip;
  readonly looks: readonly Look[];
  readonly table: Float64Array;
  /** In the scene, and in the strip. */
  readonly row: number;
  readonly stripRow: number;
  readonly seed: number;
  readonly patch: Float32Array;
  readonly fine: Float32Array;
  readonly air: Float64Array;
}

/** Adds one row of pixels, band by band at distance `plane`, from `start` on. */
function mixRow(
  out: Float32Array,
  at: { start: number; plane: number },
  context: RowContext,
): void {
  const { part, looks, row, stripRow, seed, patch, fine, table, air } = context;
  const count = air.length;
  const sum = new Float64Array(count);
  /** Sub-pixels of the run at hand: a direct, a diffuse, b direct, b diffuse. */
  const run = new Float64Array(4);
  const width = patch.length;
  for (let col = 0; col < width; col++) {
    sum.fill(0);
    const broad = patch[col]!;
    const near = fine[col]!;
    let held = part.surface[stripRow * SUB * part.width + col * SUB]!;
    for (let v = 0; v < SUB; v++) {
      const first = (stripRow * SUB + v) * part.width + col * SUB;
      const y = (row * SUB + v + 0.5) * part.size;
      for (let u = 0; u < SUB; u++) {
        const id = part.surface[first + u]!;
        if (id !== held) {
          spread(sum, run, table, held * 4 * count);
          held = id;
        }
        const look = looks[id]!;
        const micro = latticeHash(col * SUB + u, row * SUB + v, seed) / 0x80000000 - 1;
        let t = look.base + look.patch * (broad + 0.25 * near);
        if (look.depth > 0) t += look.lines((col * SUB + u + 0.5) * part.size, y, near);
        const share = t < 0 ? 0 : t > 1 ? 1 : t;
        const level = 1 + look.grain * (1.6 * near + 0.9 * micro);
        const direct = (level * part.light[first + u]!) / 100;
        run[0]! += (1 - share) * direct;
        run[1]! += (1 - share) * level;
        run[2]! += share * direct;
        run[3]! += share * level;
      }
    }
    spread(sum, run, table, held * 4 * count);
    for (let b = 0; b < count; b++) {
      out[at.start + b * at.plane + col] = sum[b]! / (SUB * SUB) + air[b]!;
    }
  }
}

/** Adds the light of a run of sub-pixels of one surface to every band, and empties the run. */
function spread(sum: Float64Array, run: Float64Array, table: Float64Array, at: number): void {
  const count = sum.length;
  const [a, b, c, d] = [run[0]!, run[1]!, run[2]!, run[3]!];
  for (let i = 0; i < count; i++) {
    sum[i]! +=
      a * table[at + i]! +
      b * table[at + count + i]! +
      c * table[at + 2 * count + i]! +
      d * table[at + 3 * count + i]!;
  }
  run.fill(0);
}
