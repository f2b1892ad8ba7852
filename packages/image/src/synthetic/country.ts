/** Farmland: fields with headlands, meadows, orchards, woods, a farmyard now and then. */

import {
  add,
  centre,
  densifyRing,
  distanceToLine,
  extent,
  inset,
  orientation,
  type Point,
  type Ring,
} from './geometry.js';
import type { Plan } from './layout.js';
import { LAYER } from './sketch.js';
import type { Mixture } from './spectra.js';
import { fieldSurface } from './surfaces.js';

export function paintFarmland(plan: Plan, block: Ring, { wet }: { wet: boolean }): void {
  const { random } = plan;
  const kind = wet ? random.next() * 0.35 : random.next();
  if (kind < 0.17) paintWood(plan, block);
  else if (kind < 0.3) paintMeadow(plan, block);
  else if (kind < 0.38) paintOrchard(plan, block);
  else paintField(plan, block);
}

function paintField(plan: Plan, block: Ring): void {
  const { sketch, random, palette } = plan;
  const angle = orientation(block);
  const state = random.int(2 ** 31);
  sketch.ground(block, fieldSurface(palette, random, angle + Math.PI / 2), LAYER.block);
  const crop = fieldSurface(palette, random, angle);
  const edge = random.range(1.5, 4);
  sketch.ground(block, crop, LAYER.block);
  const head = inset(block, edge);
  const surface = palette.surfaces[crop]!;
  const turned = palette.add(surface.a, surface.b, {
    ...surface,
    ...(surface.rows ? { rows: { ...surface.rows, angle: angle + Math.PI / 2 } } : {}),
    base: Math.min(1, surface.base + 0.12),
  });
  if (state % 5 > 1) sketch.ground(head, turned, LAYER.lot);
  sketch.ground(inset(block, edge + 11), crop, LAYER.lot);
  if (onLand(plan, centre(block))) sketch.mark(fieldName(surface.a), centre(block));
}

function fieldName(mixture: Mixture): string {
  if (mixture.rapeseed) return 'rapeseed';
  if (mixture.wheat || mixture.maize) return 'crop';
  if (mixture.straw) return 'stubble';
  return mixture.grass ? 'grass' : 'bare soil';
}

function paintMeadow(plan: Plan, block: Ring): void {
  const { sketch, random, look } = plan;
  sketch.ground(block, look.verge, LAYER.block);
  sketch.ground(inset(block, 3), random.pick(look.lawns), LAYER.lot);
  if (onLand(plan, centre(block))) sketch.mark('grass', centre(block));
  const count = 2 + random.int(6);
  for (let i = 0; i < count; i++) {
    const [a, b] = [random.pick(block), centre(block)];
    const t = random.range(0.25, 0.9);
    const at: Point = [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
    const radius = random.range(2.2, 5);
    if (onLand(plan, at)) {
      sketch.tree(at, { radius, height: radius * 2.2 }, random.pick(look.broadleaf));
    }
  }
}

const onLand = ({ river }: Plan, at: Point) =>
  distanceToLine(at, river.line) > river.width * 0.56 + 3;

/** Points on a jittered grid inside a convex ring. */
function* scatter(
  { random }: Plan,
  ring: Ring,
  { step, jitter, angle }: { step: number; jitter: number; angle: number },
): Generator<Point> {
  const middle = centre(ring);
  const size = extent(ring, angle);
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  for (let v = -size.across; v < size.across; v += step) {
    for (let u = -size.along; u < size.along; u += step) {
      const [p, q] = [u + random.range(-jitter, jitter), v + random.range(-jitter, jitter)];
      const at = add(middle, [p * c - q * s, p * s + q * c]);
      if (inside(at, ring)) yield at;
    }
  }
}

function inside([x, y]: Point, ring: Ring): boolean {
  let odd = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [ax, ay] = ring[j]!;
    const [bx, by] = ring[i]!;
    if (ay <= y !== by <= y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) odd = !odd;
  }
  return odd;
}

function paintWood(plan: Plan, block: Ring): void {
  const { sketch, random, look } = plan;
  sketch.ground(block, look.verge, LAYER.block);
  const ground = inset(block, 4);
  sketch.ground(densifyRing(ground, 6), look.trunkShade, LAYER.lot);
  if (onLand(plan, centre(block))) sketch.mark('trees', centre(block));
  const conifers = random.chance(0.35) ? 0.75 : 0.12;
  const step = conifers > 0.5 ? 4.2 : 5.4;
  for (const at of scatter(plan, ground, { step, jitter: step * 0.42, angle: 0.4 })) {
    if (!onLand(plan, at)) continue;
    if (random.chance(conifers)) {
      const radius = random.range(1.8, 3);
      sketch.tree(at, { radius, height: radius * 4, form: 'cone' }, random.pick(look.conifer));
    } else {
      const radius = random.range(2.4, 4.6);
      sketch.tree(at, { radius, height: radius * 1.9 }, random.pick(look.broadleaf));
    }
  }
}

function paintOrchard(plan: Plan, block: Ring): void {
  const { sketch, random, look } = plan;
  sketch.ground(block, random.pick(look.lawns), LAYER.block);
  const step = random.range(5, 7.5);
  const angle = orientation(block);
  const size = random.range(1.1, 1.9);
  for (const at of scatter(plan, inset(block, 5), { step, jitter: 0.3, angle })) {
    if (random.chance(0.04) || !onLand(plan, at)) continue;
    const radius = size * random.range(0.85, 1.15);
    sketch.tree(at, { radius, height: radius * 1.9 }, random.pick(look.shrubs));
  }
}
