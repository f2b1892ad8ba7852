/**
 * The plan of a made landscape: convex blocks by recursive cuts, every cut a road, a track or a
 * hedge; a river; towns whose blocks hold houses and yards, and farmland round them.
 */

import { paintFarmland } from './country.js';
import {
  area,
  centre,
  densify,
  distance,
  distanceToLine,
  extent,
  orientation,
  type Point,
  type Ring,
  rectangle,
  split,
} from './geometry.js';
import type { Sun } from './illumination.js';
import type { Random } from './random.js';
import { drawRiver, drawRoad, makeRiver, type Road } from './roads.js';
import { makeWarp, Sketch } from './sketch.js';
import { Palette, standardSurfaces } from './surfaces.js';
import { paintTown } from './town.js';

/** What the parts of the plan share while they draw. */
export interface Plan {
  readonly sketch: Sketch;
  readonly random: Random;
  readonly palette: Palette;
  readonly look: ReturnType<typeof standardSurfaces>;
  readonly river: { readonly line: readonly Point[]; readonly width: number };
}

export interface Town {
  readonly at: Point;
  readonly radius: number;
}

/** Shapes sorted by layer, and the palette that they refer to. */
export function layOut(
  { across, down, sun }: { across: number; down: number; sun: Sun },
  random: Random,
) {
  const sketch = new Sketch(makeWarp(random, 11), sun);
  const palette = new Palette();
  const look = standardSurfaces(palette, random);
  const side = Math.min(across, down);
  const tilt = random.range(-0.35, 0.35);
  const towns = placeTowns(random, across, down);
  const river = makeRiver(random, { across, down, away: towns[0]!.at, side });
  const plan: Plan = { sketch, random, palette, look, river };
  const reach = Math.hypot(across, down) + 120;
  const whole = rectangle([across / 2, down / 2], reach, reach, tilt);
  const visible = (ring: Ring) =>
    ring.some(([x]) => x > -60) &&
    ring.some(([x]) => x < across + 60) &&
    ring.some(([, y]) => y > -60) &&
    ring.some(([, y]) => y < down + 60);

  const blocks: Ring[] = [];
  const roads: Road[] = [];
  const queue: { ring: Ring; level: number }[] = [{ ring: whole, level: 0 }];
  const firstCut = towns[0]!.at;
  while (queue.length > 0) {
    const { ring, level } = queue.pop()!;
    if (!visible(ring)) continue;
    const urban = townGap(centre(ring), towns) < 1;
    const limit = urban ? random.range(3600, 7200) : random.range(9000, 30000);
    if (level > 1 && area(ring) < limit) {
      blocks.push(ring);
      continue;
    }
    const along = level === 0 ? tilt : orientation(ring);
    const size = extent(ring, along);
    const lengthwise = size.along > size.across;
    const angle = along + (lengthwise ? Math.PI / 2 : 0) + random.range(-0.09, 0.09);
    const shift = random.range(-0.13, 0.13) * (lengthwise ? size.along : size.across);
    const heart = centre(ring);
    const across0 = lengthwise ? along : along + Math.PI / 2;
    const through: Point =
      level === 0
        ? [firstCut[0] + random.range(-15, 15), firstCut[1] + random.range(-15, 15)]
        : [heart[0] + shift * Math.cos(across0), heart[1] + shift * Math.sin(across0)];
    const { parts, cut } = split(ring, through, angle);
    if (cut) roads.push({ line: densify(cut, 10), kind: roadKind(random, level, urban) });
    for (const part of parts) if (part.length > 2) queue.push({ ring: part, level: level + 1 });
  }

  for (const block of blocks) {
    const gap = townGap(centre(block), towns);
    const wet = distanceToLine(centre(block), river.line) < river.width * 0.5 + 22;
    if (gap < 1 && !wet) paintTown(plan, block, { gap });
    else paintFarmland(plan, block, { wet });
  }
  drawRiver(plan);
  for (const road of roads) drawRoad(plan, road);
  const shapes = sketch.shapes
    .filter((shape) => shape.bottom > -5 && shape.top < down + 5)
    .sort((a, b) => a.layer - b.layer);
  return { shapes, marks: sketch.marks, surfaces: palette.surfaces, sun: sketch.sunVector };
}

function placeTowns(random: Random, across: number, down: number): Town[] {
  const cell = 700;
  const towns: Town[] = [
    {
      at: [across * random.range(0.56, 0.7), down * random.range(0.34, 0.46)],
      radius: Math.min(260, Math.min(across, down) * 0.4),
    },
  ];
  for (let y = cell / 2; y < down; y += cell) {
    for (let x = cell / 2; x < across; x += cell) {
      const at: Point = [x + random.range(-160, 160), y + random.range(-160, 160)];
      const radius = random.range(90, 240);
      if (towns.every((town) => distance(town.at, at) > town.radius + radius + 180)) {
        towns.push({ at, radius });
      }
    }
  }
  return towns;
}

/** Distance to the nearest town's centre, as a share of its radius. */
function townGap(p: Point, towns: readonly Town[]): number {
  return Math.min(...towns.map((town) => distance(p, town.at) / town.radius));
}

function roadKind(random: Random, level: number, urban: boolean): Road['kind'] {
  if (level < 2) return 'road';
  if (urban) return 'street';
  if (level === 2) return 'lane';
  return random.pick(['track', 'track', 'hedge', 'none', 'none'] as const);
}
