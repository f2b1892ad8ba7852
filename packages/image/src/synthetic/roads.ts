/** Roads with their markings and cars, tracks, hedges, and the river with its banks. */

import {
  add,
  densify,
  distance,
  distanceToLine,
  lerp,
  type Point,
  parallel,
  rectangle,
  stroke,
} from './geometry.js';
import type { Plan } from './layout.js';
import type { Random } from './random.js';
import { LAYER } from './sketch.js';

export interface Road {
  readonly line: readonly Point[];
  readonly kind: 'road' | 'lane' | 'street' | 'track' | 'hedge' | 'none';
}

/** A winding line across the scene, on the side that is `away` from the town. */
export function makeRiver(
  random: Random,
  { across, down, away, side }: { across: number; down: number; away: Point; side: number },
) {
  const width = Math.min(34, Math.max(9, side * 0.062));
  const level = away[1] < down / 2 ? random.range(0.74, 0.82) : random.range(0.18, 0.26);
  const [phase, second] = [random.range(0, 6.28), random.range(0, 6.28)];
  const slope = random.range(-0.12, 0.12);
  const line: Point[] = [];
  for (let x = -80; x <= across + 80; x += 7) {
    const bend =
      0.05 * side * Math.sin((x / side) * 5.2 + phase) +
      0.022 * side * Math.sin((x / side) * 11 + second);
    line.push([x, down * level + slope * (x - across / 2) + bend]);
  }
  return { line, width };
}

export function drawRiver({ sketch, random, look, river }: Plan): void {
  const { line, width } = river;
  const wobble = line.map((_, i) => 1 + 0.13 * Math.sin(i * 0.31) + 0.07 * Math.sin(i * 0.83 + 2));
  for (const p of line) sketch.mark('water', p);
  sketch.ground(
    stroke(line, (i) => width * wobble[i]! + 7),
    look.bank,
    LAYER.bank,
  );
  sketch.ground(
    stroke(line, (i) => width * wobble[i]!),
    look.shallowWater,
    LAYER.water,
  );
  sketch.ground(
    stroke(line, (i) => width * wobble[i]! - width * 0.16),
    look.deepWater,
    LAYER.water,
  );
  for (const sign of [-1, 1]) {
    const bank = parallel(line, sign * (width / 2 + 6));
    for (const p of densify(bank, 4.6)) {
      if (random.chance(0.42)) continue;
      const at = add(p, [random.range(-2.5, 2.5), random.range(-2.5, 2.5)]);
      const radius = random.range(1.2, 4.4);
      sketch.tree(at, { radius, height: radius * 2 }, random.pick(look.broadleaf));
    }
  }
}

const WIDTH = { road: 8.4, lane: 5, street: 6, track: 2.8, hedge: 0, none: 0 } as const;

/** Draws a road; over the river only where a bridge would be built: across it, for a real road. */
export function drawRoad(plan: Plan, { line, kind }: Road): void {
  for (const part of dryParts(plan, line, kind === 'road' || kind === 'lane')) {
    if (part.length > 1) drawPart(plan, { line: part, kind });
  }
}

/** The line without its runs of wet points; short runs stay where bridges are allowed. */
function dryParts({ river }: Plan, line: readonly Point[], bridges: boolean): Point[][] {
  const parts: Point[][] = [[]];
  let run: Point[] = [];
  const endRun = () => {
    const part = parts[parts.length - 1]!;
    if (run.length === 0) return;
    const length = distance(run[0]!, run[run.length - 1]!);
    if (bridges && length < river.width * 1.7 + 8) part.push(...run);
    else parts.push([]);
    run = [];
  };
  for (const p of densify(line, 4)) {
    if (distanceToLine(p, river.line) < river.width / 2 + 4) run.push(p);
    else {
      endRun();
      parts[parts.length - 1]!.push(p);
    }
  }
  return parts;
}

function drawPart(plan: Plan, { line, kind }: Road): void {
  const { sketch, look } = plan;
  const width = WIDTH[kind];
  switch (kind) {
    case 'none':
      return;
    case 'hedge':
      drawHedge(plan, line);
      return;
    case 'track':
      sketch.ground(stroke(line, width + 1.6), look.verge, LAYER.track);
      for (const side of [-0.85, 0.85]) {
        sketch.ground(stroke(parallel(line, side), 0.75), look.track, LAYER.track);
      }
      return;
    case 'lane':
      sketch.ground(stroke(line, width + 3), look.verge, LAYER.track);
      sketch.ground(stroke(line, width), look.street, LAYER.street);
      drawBridge(plan, line, width);
      drawTraffic(plan, line, { offset: 1.2, gap: 160 });
      return;
    case 'street':
      sketch.ground(stroke(line, width + 3.2), look.pavement, LAYER.track);
      sketch.ground(stroke(line, width), look.street, LAYER.street);
      drawTraffic(plan, line, { offset: 1.5, gap: 170 });
      drawTraffic(plan, line, { offset: 2.3, gap: 52 });
      return;
    case 'road':
      sketch.ground(stroke(line, width + 4.5), look.verge, LAYER.street);
      sketch.ground(stroke(line, width), look.asphalt, LAYER.road);
      drawBridge(plan, line, width);
      drawMarkings(plan, line, width);
      drawTraffic(plan, line, { offset: 1.9, gap: 80 });
      drawAvenue(plan, line, width);
  }
}

function drawMarkings({ sketch, look }: Plan, line: readonly Point[], width: number): void {
  for (const p of densify(parallel(line, width / 4), 12)) sketch.mark('asphalt', p);
  for (const side of [-1, 1]) {
    const edge = parallel(line, side * (width / 2 - 0.45));
    sketch.ground(stroke(edge, 0.22), look.paint, LAYER.marking);
  }
  const points = densify(line, 3);
  for (let i = 0; i + 1 < points.length; i += 3) {
    sketch.ground(stroke([points[i]!, points[i + 1]!], 0.26), look.paint, LAYER.marking);
  }
}

function drawTraffic(
  plan: Plan,
  line: readonly Point[],
  { offset, gap }: { offset: number; gap: number },
): void {
  const { random } = plan;
  for (const side of [-1, 1]) {
    const lane = parallel(line, side * offset);
    let travelled = random.range(0, gap);
    for (let i = 1; i < lane.length; i++) {
      const step = distance(lane[i - 1]!, lane[i]!);
      while (travelled < step) {
        const [a, b] = [lane[i - 1]!, lane[i]!];
        const angle = Math.atan2(b[1] - a[1], b[0] - a[0]);
        const at = lerp(a, b, travelled / step);
        if (distanceToLine(at, plan.river.line) > plan.river.width) drawCar(plan, at, angle);
        travelled += random.range(0.25, 1.9) * gap;
      }
      travelled -= step;
    }
  }
}

/** A car of 4.5 by 1.8 m: body, roof and windscreens. */
export function drawCar({ sketch, random, look }: Plan, at: Point, angle: number): void {
  const paint = random.pick(look.cars);
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const van = random.chance(0.12);
  const length = van ? 6.2 : random.range(4, 4.8);
  sketch.block(rectangle(at, length, 1.85, angle), van ? 2.4 : 1.4, paint, LAYER.low);
  const glass = (shift: number) => rectangle(add(at, [c * shift, s * shift]), 0.7, 1.5, angle);
  sketch.patch(glass(length * 0.17), look.glass, LAYER.lowDetail);
  if (!van) sketch.patch(glass(-length * 0.3), look.glass, LAYER.lowDetail);
}

function drawBridge({ sketch, look, river }: Plan, line: readonly Point[], width: number): void {
  const reach = river.width / 2 + 9;
  const over = densify(line, 2).filter((p) => distanceToLine(p, river.line) < reach);
  if (over.length < 2) return;
  const shade = add([0, 0], sketch.shadowStep);
  const shifted = over.map((p) => add(p, [shade[0] * 3, shade[1] * 3]));
  sketch.ground(stroke(shifted, width + 2.4), look.trunkShade, LAYER.street);
  sketch.ground(stroke(over, width + 2.4), look.pavement, LAYER.road);
  sketch.ground(stroke(over, width), look.asphalt, LAYER.road);
  for (const side of [-1, 1]) {
    const rail = parallel(over, side * (width / 2 + 1));
    sketch.ground(stroke(rail, 0.5), look.parapet, LAYER.marking);
  }
}

function drawAvenue(plan: Plan, line: readonly Point[], width: number): void {
  const { sketch, random, look, river } = plan;
  for (const side of [-1, 1]) {
    if (random.chance(0.35)) continue;
    for (const p of densify(parallel(line, side * (width / 2 + 4)), 9)) {
      const free = distanceToLine(p, river.line) > river.width / 2 + 4;
      if (!free || random.chance(0.3)) continue;
      const radius = random.range(1.8, 3.2);
      sketch.tree(p, { radius, height: radius * 2.4 }, random.pick(look.broadleaf));
    }
  }
}

/** A row of bushes with a tree now and then. */
export function drawHedge(plan: Plan, line: readonly Point[], gaps = 0.08): void {
  const { sketch, random, look, river } = plan;
  for (const p of densify(line, 1.7)) {
    if (random.chance(gaps) || distanceToLine(p, river.line) < river.width / 2 + 2) continue;
    const at = add(p, [random.range(-0.5, 0.5), random.range(-0.5, 0.5)]);
    if (random.chance(0.06)) {
      const radius = random.range(2.4, 4.6);
      sketch.tree(at, { radius, height: radius * 2.3 }, random.pick(look.broadleaf));
    } else {
      const radius = random.range(0.9, 1.7);
      sketch.tree(at, { radius, height: radius * 1.5 }, random.pick(look.shrubs));
    }
  }
}
