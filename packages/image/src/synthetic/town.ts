/** Built-up blocks: houses in gardens, workshops with yards and parked cars, a park, a pitch. */

import {
  add,
  area,
  centre,
  distance,
  extent,
  inset,
  orientation,
  type Point,
  type Ring,
  rectangle,
  split,
  stroke,
} from './geometry.js';
import type { Plan } from './layout.js';
import { drawCar, drawHedge } from './roads.js';
import { LAYER } from './sketch.js';

export function paintTown(plan: Plan, block: Ring, { gap }: { gap: number }): void {
  const { random, sketch, look } = plan;
  const inner = inset(block, 4.8);
  sketch.ground(block, look.pavement, LAYER.block);
  const kind = random.next();
  if (gap < 0.8 && kind < 0.24) paintWorks(plan, inner);
  else if (kind < 0.32) paintPark(plan, inner);
  else paintHouses(plan, inner, gap);
}

function cutLots(plan: Plan, ring: Ring, limit: number): Ring[] {
  if (ring.length < 3) return [];
  if (area(ring) < limit) return [ring];
  const along = orientation(ring);
  const size = extent(ring, along);
  const lengthwise = size.along > size.across;
  const middle = centre(ring);
  const shift = plan.random.range(-0.06, 0.06) * Math.max(size.along, size.across);
  const through: Point = [middle[0] + shift * Math.cos(along), middle[1] + shift * Math.sin(along)];
  const { parts } = split(ring, through, along + (lengthwise ? Math.PI / 2 : 0));
  return parts.flatMap((part) => cutLots(plan, part, limit));
}

function paintHouses(plan: Plan, block: Ring, gap: number): void {
  const { random } = plan;
  const limit = gap < 0.45 ? random.range(380, 620) : random.range(620, 1000);
  const family = random.chance(0.7) ? 'tiles' : 'slate';
  for (const lot of cutLots(plan, block, limit)) paintLot(plan, lot, { block, family });
}

function paintLot(
  plan: Plan,
  lot: Ring,
  { block, family }: { block: Ring; family: 'tiles' | 'slate' },
): void {
  const { sketch, random, look } = plan;
  sketch.ground(lot, random.pick(look.lawns), LAYER.lot);
  const angle = orientation(lot) + random.pick([0, Math.PI / 2]) + random.range(-0.03, 0.03);
  const middle = centre(lot);
  const size = extent(lot, angle);
  const street = nearestOnRing(middle, block);
  const towards = distance(middle, street) || 1;
  const pull = Math.max(0, Math.min(3, towards - 9));
  const at = add(middle, [
    ((street[0] - middle[0]) / towards) * pull,
    ((street[1] - middle[1]) / towards) * pull,
  ]);
  const length = Math.min(size.along * 0.62, random.range(9.5, 14));
  const width = Math.min(size.across * 0.55, random.range(7.5, 9.8));
  if (length < 5 || width < 5) {
    paintGarden(plan, lot, at, 1);
    return;
  }
  const drive = stroke([at, street], 3.2);
  sketch.ground(drive, random.pick([look.pavement, look.yard, look.track]), LAYER.detail);
  sketch.patch(rectangle(at, length + 2, width + 3, angle), look.pavement, LAYER.detail);
  drawHouse(plan, rectangle(at, length, width, angle), { at, length, width, angle, family });
  if (random.chance(0.55)) {
    drawCar(
      plan,
      add(street, [(at[0] - street[0]) * 0.25, (at[1] - street[1]) * 0.25]),
      Math.atan2(at[1] - street[1], at[0] - street[0]),
    );
  }
  paintGarden(plan, lot, at, Math.hypot(length, width) / 2);
}

function drawHouse(
  plan: Plan,
  ring: Ring,
  {
    at,
    length,
    width,
    angle,
    family,
  }: { at: Point; length: number; width: number; angle: number; family: 'tiles' | 'slate' },
): void {
  const { sketch, random, look } = plan;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const place = (u: number, v: number): Point => add(at, [u * c - v * s, u * s + v * c]);
  const roof = random.pick(random.chance(0.85) ? look[family] : look.tiles);
  const pitch = random.range(0.55, 0.95);
  const height = random.range(3, 5.5);
  if (random.chance(0.1)) {
    sketch.block(ring, height + 1, random.pick(look.flatRoofs));
    return;
  }
  if (random.chance(0.3) && length > 8) {
    const wing = rectangle(
      place(length * 0.25, width * 0.55),
      width * 0.9,
      length * 0.45,
      angle + Math.PI / 2,
    );
    sketch.gable(wing, { height, pitch }, roof);
  }
  sketch.gable(ring, { height, pitch }, roof);
  const lit = s * sketch.sunVector[0] - c * sketch.sunVector[1] < 0 ? 0.25 : -0.25;
  const name = look.slate.includes(roof) ? 'dark roof' : 'tile roof';
  sketch.mark(name, place(length * 0.22, lit * width));
  if (random.chance(0.7)) {
    const top = rectangle(place(random.range(-0.3, 0.3) * length, 0.3), 0.9, 0.7, angle);
    sketch.patch(top, look.chimney, LAYER.roof, 120);
  }
  if (random.chance(0.16)) {
    const panel = rectangle(place(-length * 0.1, lit * width), length * 0.5, width * 0.24, angle);
    sketch.patch(panel, look.solar, LAYER.roof, 110);
  }
  if (random.chance(0.35)) {
    const shed = rectangle(place(-length * 0.5 - 3, width * 0.2), 3.2, 5.2, angle);
    sketch.block(shed, 2.5, random.pick(look.flatRoofs));
  }
}

function paintGarden(plan: Plan, lot: Ring, house: Point, reach: number): void {
  const { sketch, random, look } = plan;
  const free = (p: Point, r: number) => distance(p, house) > reach + r;
  const spot = (): Point => {
    const corner = random.pick(lot);
    const t = random.range(0.12, 0.5);
    const middle = centre(lot);
    return [corner[0] + (middle[0] - corner[0]) * t, corner[1] + (middle[1] - corner[1]) * t];
  };
  const bed = spot();
  if (random.chance(0.35) && free(bed, 2)) {
    sketch.patch(rectangle(bed, 5, 3.4, orientation(lot)), random.pick(look.beds), LAYER.detail);
  }
  const pool = spot();
  if (random.chance(0.14) && free(pool, 4)) {
    sketch.patch(rectangle(pool, 9, 5.6, orientation(lot)), look.pavement, LAYER.detail);
    sketch.patch(rectangle(pool, 7.4, 3.8, orientation(lot)), look.pool, LAYER.detail);
  }
  const count = 1 + random.int(4);
  for (let i = 0; i < count; i++) {
    const at = spot();
    const radius = random.range(1.1, 3.6);
    if (!free(at, radius * 0.4)) continue;
    const form = random.chance(0.2) ? 'cone' : 'round';
    const kind = form === 'cone' ? look.conifer : look.broadleaf;
    sketch.tree(at, { radius, height: radius * 2.1, form }, random.pick(kind));
  }
  for (let i = 0; i < lot.length; i++) {
    if (random.chance(0.3)) drawHedge(plan, [lot[i]!, lot[(i + 1) % lot.length]!], 0.03);
  }
}

function nearestOnRing(p: Point, ring: Ring): Point {
  let best = ring[0]!;
  for (let i = 0; i < ring.length; i++) {
    const [a, b] = [ring[i]!, ring[(i + 1) % ring.length]!];
    const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
    const t = ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / (dx * dx + dy * dy || 1);
    const k = Math.min(1, Math.max(0, t));
    const foot: Point = [a[0] + dx * k, a[1] + dy * k];
    if (distance(p, foot) < distance(p, best)) best = foot;
  }
  return best;
}

function paintWorks(plan: Plan, block: Ring): void {
  const { sketch, random, look } = plan;
  sketch.ground(block, look.yard, LAYER.lot);
  const angle = orientation(block);
  const halls = cutLots(plan, block, random.range(1700, 2800));
  halls.forEach((part, i) => {
    const at = centre(part);
    const size = extent(part, angle);
    const [length, width] = [size.along * 0.66, size.across * 0.62];
    if (i % 3 === 2) drawParking(plan, part, angle);
    else drawHall(plan, { at, length, width, angle });
  });
}

function drawHall(
  { sketch, random, look }: Plan,
  { at, length, width, angle }: { at: Point; length: number; width: number; angle: number },
): void {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const place = (u: number, v: number): Point => add(at, [u * c - v * s, u * s + v * c]);
  const roof = random.pick(random.chance(0.65) ? look.metals : look.flatRoofs);
  const height = random.range(6, 10);
  sketch.mark(look.metals.includes(roof) ? 'metal roof' : 'flat roof', place(0, width * 0.44));
  const ring = rectangle(at, length, width, angle);
  if (random.chance(0.5)) sketch.gable(ring, { height, pitch: 0.16 }, roof);
  else {
    sketch.block(ring, height, roof);
    for (const [u, v, l, w] of [
      [0, -0.49, 1, 0.02],
      [0, 0.49, 1, 0.02],
      [-0.49, 0, 0.02, 1],
      [0.49, 0, 0.02, 1],
    ] as const) {
      const rim = rectangle(place(u * length, v * width), l * length, w * width, angle);
      sketch.patch(rim, look.parapet, LAYER.roof, 112);
    }
  }
  const lights = Math.floor(length / 6);
  for (let i = 0; i < lights; i++) {
    const u = -length / 2 + 4 + i * 6;
    for (const v of [-0.25, 0.25]) {
      sketch.patch(
        rectangle(place(u, v * width), 1.3, width * 0.26, angle),
        look.skylight,
        LAYER.roof,
      );
    }
  }
  const units = random.int(4);
  for (let i = 0; i < units; i++) {
    const p = place(random.range(-0.4, 0.4) * length, random.range(-0.08, 0.08) * width);
    const unit = rectangle(p, 2, 1.5, angle);
    sketch.patch(
      rectangle(add(p, [sketch.shadowStep[0] * 1.4, sketch.shadowStep[1] * 1.4]), 2, 1.5, angle),
      roof,
      LAYER.roof,
      8,
    );
    sketch.patch(unit, look.parapet, LAYER.roof, 110);
  }
}

function drawParking(plan: Plan, ring: Ring, angle: number): void {
  const { sketch, random, look } = plan;
  const lot = inset(ring, 3);
  if (lot.length < 3) return;
  sketch.ground(lot, look.asphalt, LAYER.detail);
  sketch.mark('asphalt', centre(lot));
  const at = centre(lot);
  const size = extent(lot, angle);
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const place = (u: number, v: number): Point => add(at, [u * c - v * s, u * s + v * c]);
  for (let v = -size.across * 0.34; v < size.across * 0.36; v += 8.5) {
    for (let u = -size.along * 0.34; u < size.along * 0.36; u += 2.7) {
      const stall = rectangle(place(u, v), 0.18, 4.8, angle);
      sketch.patch(stall, look.paint, LAYER.marking);
      if (random.chance(0.62)) drawCar(plan, place(u + 1.35, v), angle + Math.PI / 2);
    }
  }
}

function paintPark(plan: Plan, block: Ring): void {
  const { sketch, random, look } = plan;
  sketch.ground(block, random.pick(look.lawns), LAYER.lot);
  const angle = orientation(block);
  const size = extent(block, angle);
  const at = centre(block);
  if (size.along > 62 && size.across > 42 && random.chance(0.8)) {
    const [length, width] = [Math.min(96, size.along * 0.72), Math.min(60, size.across * 0.68)];
    sketch.patch(rectangle(at, length + 5, width + 5, angle), look.clay, LAYER.detail);
    sketch.patch(rectangle(at, length, width, angle), look.sportsTurf, LAYER.detail);
    const corners = rectangle(at, length - 3, width - 3, angle);
    const [a, b, c, d] = corners as [Point, Point, Point, Point];
    const half = (p: Point, q: Point): Point => [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2];
    const ring = Array.from({ length: 25 }, (_, i): Point => {
      const turn = (i * Math.PI) / 12;
      return add(at, [Math.cos(turn) * width * 0.15, Math.sin(turn) * width * 0.15]);
    });
    for (const line of [[a, b, c, d, a], [half(a, b), half(c, d)], ring]) {
      for (let i = 1; i < line.length; i++) {
        sketch.patch(stroke([line[i - 1]!, line[i]!], 0.3), look.paint, LAYER.marking);
      }
    }
  } else {
    for (let i = 0; i < block.length; i += 2) {
      sketch.ground(stroke([block[i]!, at], 2.2), look.track, LAYER.detail);
    }
  }
  const trees = Math.round(area(block) / 160);
  for (let i = 0; i < trees; i++) {
    const corner = random.pick(block);
    const next = block[(block.indexOf(corner) + 1) % block.length]!;
    const t = random.next();
    const edge: Point = [
      corner[0] + (next[0] - corner[0]) * t,
      corner[1] + (next[1] - corner[1]) * t,
    ];
    const k = random.range(0.03, 0.2);
    const p: Point = [edge[0] + (at[0] - edge[0]) * k, edge[1] + (at[1] - edge[1]) * k];
    const radius = random.range(2, 4.4);
    sketch.tree(p, { radius, height: radius * 2.1 }, random.pick(look.broadleaf));
  }
}
