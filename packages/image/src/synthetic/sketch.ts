/**
 * The drawing of a scene as a list of shapes in layers, bent by one smooth warp so that roads and
 * field edges curve together, with the shadows that things of a given height throw.
 */

import { add, centre, densifyRing, hull, type Point, type Ring } from './geometry.js';
import type { Sun } from './illumination.js';
import type { Random } from './random.js';

/** What is painted over what; shadows lie on the layers before them. */
export const LAYER = {
  block: 0,
  lot: 1,
  detail: 2,
  track: 3,
  bank: 4,
  water: 5,
  street: 6,
  road: 7,
  marking: 8,
  shadow: 9,
  low: 10,
  lowDetail: 11,
  building: 12,
  roof: 13,
  treeShadow: 14,
  tree: 15,
} as const;

export interface Area {
  readonly kind: 'area';
  readonly layer: number;
  /** x0, y0, x1, y1, ... in metres, warped. */
  readonly ring: Float64Array;
  readonly surface: number;
  /** Direct light in percent of that on flat ground. */
  readonly light: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Shadow extends Omit<Area, 'kind' | 'surface'> {
  readonly kind: 'shadow';
}

export interface Crown {
  readonly kind: 'crown';
  readonly layer: number;
  readonly at: Point;
  readonly radius: number;
  readonly form: 'round' | 'cone';
  readonly seed: number;
  readonly surface: number;
  readonly top: number;
  readonly bottom: number;
}

export type Shape = Area | Shadow | Crown;

export type Warp = (p: Point) => Point;

/** A gentle displacement of at most `reach` metres in x and y. */
export function makeWarp(random: Random, reach: number): Warp {
  const waves = Array.from({ length: 6 }, () => {
    const angle = random.range(0, 2 * Math.PI);
    const k = (2 * Math.PI) / random.range(260, 620);
    return { kx: k * Math.cos(angle), ky: k * Math.sin(angle), phase: random.range(0, 6.28) };
  });
  return ([x, y]) => {
    let [u, v] = [0, 0];
    for (let i = 0; i < 6; i++) {
      const { kx, ky, phase } = waves[i]!;
      const value = (Math.sin(kx * x + ky * y + phase) * reach) / 3;
      if (i % 2 === 0) u += value;
      else v += value;
    }
    return [x + u, y + v];
  };
}

export class Sketch {
  readonly shapes: Shape[] = [];
  /** Places that are known to be of one kind, in metres, warped. */
  readonly marks: { readonly name: string; readonly at: Point }[] = [];
  /** Shift of a shadow in metres for every metre of height. */
  readonly shadowStep: Point;
  /** Unit vector to the sun: x east, y down, z up. */
  readonly sunVector: readonly [number, number, number];

  constructor(
    readonly warp: Warp,
    sun: Sun,
  ) {
    const [azimuth, elevation] = [(sun.azimuth * Math.PI) / 180, (sun.elevation * Math.PI) / 180];
    const flat = Math.cos(elevation);
    this.sunVector = [flat * Math.sin(azimuth), -flat * Math.cos(azimuth), Math.sin(elevation)];
    const length = 1 / Math.tan(elevation);
    this.shadowStep = [-Math.sin(azimuth) * length, Math.cos(azimuth) * length];
  }

  /** Notes what kind of ground or roof is to be found at a place. */
  mark(name: string, p: Point): void {
    this.marks.push({ name, at: this.warp(p) });
  }

  /** Flat ground, following the warp along its edges. */
  ground(ring: Ring, surface: number, layer: number): void {
    if (ring.length > 2) this.#area(densifyRing(ring, 8).map(this.warp), surface, layer, 100);
  }

  /** A small thing that is moved by the warp but not bent, at `light` percent of direct light. */
  patch(ring: Ring, surface: number, layer: number, light = 100): void {
    this.#area(this.#moved(ring), surface, layer, light);
  }

  /** A block of some height: its shadow on the ground and its top. */
  block(ring: Ring, height: number, surface: number, layer: number = LAYER.building): void {
    const footprint = this.#moved(ring);
    this.#shadow(footprint, height, LAYER.shadow);
    this.#area(footprint, surface, layer, 100);
  }

  /** A gabled roof over a rectangle whose first edge runs along the ridge; `pitch` is a slope. */
  gable(ring: Ring, { height, pitch }: { height: number; pitch: number }, surface: number): void {
    const [a, b, c, d] = this.#moved(ring) as [Point, Point, Point, Point];
    const middle = (p: Point, q: Point): Point => [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2];
    const [ridgeStart, ridgeEnd] = [middle(a, d), middle(b, c)];
    const half = Math.hypot(d[0] - a[0], d[1] - a[1]) / 2;
    this.#shadow([a, b, c, d], height, LAYER.shadow);
    const top: Ring = [ridgeStart, ridgeEnd];
    this.#shadow(top, height + half * pitch, LAYER.shadow);
    const out: Point = [(a[0] - d[0]) / (2 * half), (a[1] - d[1]) / (2 * half)];
    this.#area([a, b, ridgeEnd, ridgeStart], surface, LAYER.building, this.slopeLight(out, pitch));
    this.#area(
      [ridgeStart, ridgeEnd, c, d],
      surface,
      LAYER.building,
      this.slopeLight([-out[0], -out[1]], pitch),
    );
  }

  /** Direct light in percent on a plane that falls towards `out` with slope `pitch`. */
  slopeLight(out: Point, pitch: number): number {
    const [x, y, z] = this.sunVector;
    const cosine = (out[0] * pitch * x + out[1] * pitch * y + z) / Math.hypot(pitch, 1);
    return Math.max(4, (100 * cosine) / z);
  }

  /** A tree or bush with its shadow. */
  tree(
    p: Point,
    { radius, height, form = 'round' }: { radius: number; height: number; form?: Crown['form'] },
    surface: number,
  ): void {
    const at = this.warp(p);
    const tall = height > 4;
    const seed = (Math.imul(Math.round(p[0] * 64), 73856093) ^ Math.round(p[1] * 64)) >>> 0;
    const disc: Point[] = [];
    for (let i = 0; i < 12; i++) {
      const angle = (i * Math.PI) / 6;
      disc.push(add(at, [radius * 0.92 * Math.cos(angle), radius * 0.92 * Math.sin(angle)]));
    }
    const tip = add(at, [this.shadowStep[0] * height, this.shadowStep[1] * height]);
    const cast =
      form === 'cone'
        ? [...disc, tip]
        : [...disc, ...disc.map((q) => add(q, this.#reach(Math.max(0, height - radius * 0.8))))];
    this.#dark(hull(cast), tall ? LAYER.treeShadow : LAYER.shadow);
    this.shapes.push({
      kind: 'crown',
      layer: tall ? LAYER.tree : LAYER.low,
      at,
      radius,
      form,
      seed,
      surface,
      top: at[1] - radius * 1.3,
      bottom: at[1] + radius * 1.3,
    });
  }

  #reach(height: number): Point {
    return [this.shadowStep[0] * height, this.shadowStep[1] * height];
  }

  #moved(ring: Ring): Ring {
    const middle = centre(ring);
    const [x, y] = this.warp(middle);
    return ring.map((p) => add(p, [x - middle[0], y - middle[1]]));
  }

  #shadow(footprint: Ring, height: number, layer: number): void {
    const shift = this.#reach(height);
    this.#dark(hull([...footprint, ...footprint.map((p) => add(p, shift))]), layer);
  }

  #dark(ring: Ring, layer: number): void {
    this.shapes.push({ kind: 'shadow', layer, light: 5, ...outline(ring) });
  }

  #area(ring: Ring, surface: number, layer: number, light: number): void {
    this.shapes.push({ kind: 'area', layer, surface, light, ...outline(ring) });
  }
}

/** A ring as it is painted: a flat list, and the rows that it spans. */
function outline(points: Ring): { ring: Float64Array; top: number; bottom: number } {
  const ring = new Float64Array(2 * points.length);
  let [top, bottom] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < points.length; i++) {
    const [x, y] = points[i]!;
    ring[2 * i] = x;
    ring[2 * i + 1] = y;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  return { ring, top, bottom };
}
