/** Polygons of the layout, in metres: x to the east, y down. Rings are flat lists x0, y0, x1, y1... */

export type Point = readonly [x: number, y: number];
export type Ring = readonly Point[];

export const add = ([x, y]: Point, [u, v]: Point): Point => [x + u, y + v];
export const distance = ([x, y]: Point, [u, v]: Point) => Math.hypot(u - x, v - y);
export const lerp = ([x, y]: Point, [u, v]: Point, t: number): Point => [
  x + (u - x) * t,
  y + (v - y) * t,
];

export function area(ring: Ring): number {
  let twice = 0;
  for (let i = 0; i < ring.length; i++) {
    const [x, y] = ring[i]!;
    const [u, v] = ring[(i + 1) % ring.length]!;
    twice += x * v - u * y;
  }
  return Math.abs(twice) / 2;
}

export function centre(ring: Ring): Point {
  let [x, y] = [0, 0];
  for (const [u, v] of ring) {
    x += u / ring.length;
    y += v / ring.length;
  }
  return [x, y];
}

/** Angle of the longest edge. */
export function orientation(ring: Ring): number {
  let best = -1;
  let angle = 0;
  for (let i = 0; i < ring.length; i++) {
    const a = ring[i]!;
    const b = ring[(i + 1) % ring.length]!;
    const length = distance(a, b);
    if (length > best) {
      best = length;
      angle = Math.atan2(b[1] - a[1], b[0] - a[0]);
    }
  }
  return angle;
}

/** Width across `angle` and length along it. */
export function extent(ring: Ring, angle: number): { along: number; across: number } {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const u = ring.map(([x, y]) => x * c + y * s);
  const v = ring.map(([x, y]) => y * c - x * s);
  return { along: Math.max(...u) - Math.min(...u), across: Math.max(...v) - Math.min(...v) };
}

/** The part of a convex ring where (p - through) · normal >= offset (Sutherland and Hodgman 1974). */
export function clip(ring: Ring, through: Point, normal: Point, offset = 0): Ring {
  const side = ([x, y]: Point) =>
    (x - through[0]) * normal[0] + (y - through[1]) * normal[1] - offset;
  const out: Point[] = [];
  for (let i = 0; i < ring.length; i++) {
    const a = ring[i]!;
    const b = ring[(i + 1) % ring.length]!;
    const [sa, sb] = [side(a), side(b)];
    if (sa >= 0) out.push(a);
    if (sa >= 0 !== sb >= 0) out.push(lerp(a, b, sa / (sa - sb)));
  }
  return out;
}

/** Both parts of a convex ring on either side of a line, and the cut between them. */
export function split(
  ring: Ring,
  through: Point,
  angle: number,
): { parts: [Ring, Ring]; cut: [Point, Point] | undefined } {
  const normal: Point = [-Math.sin(angle), Math.cos(angle)];
  const left = clip(ring, through, normal);
  const right = clip(ring, through, [-normal[0], -normal[1]]);
  const onLine = left.filter(
    ([x, y]) => Math.abs((x - through[0]) * normal[0] + (y - through[1]) * normal[1]) < 1e-6,
  );
  const cut: [Point, Point] | undefined =
    onLine.length >= 2 ? [onLine[0]!, onLine[onLine.length - 1]!] : undefined;
  return { parts: [left, right], cut };
}

/** A convex ring moved inwards by `margin` on every side; empty when nothing is left. */
export function inset(ring: Ring, margin: number): Ring {
  const middle = centre(ring);
  let out = ring;
  for (let i = 0; i < ring.length && out.length > 2; i++) {
    const a = ring[i]!;
    const b = ring[(i + 1) % ring.length]!;
    const length = distance(a, b);
    if (length < 1e-9) continue;
    let normal: Point = [-(b[1] - a[1]) / length, (b[0] - a[0]) / length];
    if ((middle[0] - a[0]) * normal[0] + (middle[1] - a[1]) * normal[1] < 0) {
      normal = [-normal[0], -normal[1]];
    }
    out = clip(out, a, normal, margin);
  }
  return out.length > 2 ? out : [];
}

/** A rectangle of `length` along `angle` by `width`, about `middle`. */
export function rectangle(middle: Point, length: number, width: number, angle: number): Ring {
  const [c, s] = [Math.cos(angle) / 2, Math.sin(angle) / 2];
  const corner = (u: number, v: number): Point => [
    middle[0] + u * length * c - v * width * s,
    middle[1] + u * length * s + v * width * c,
  ];
  return [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)];
}

/** A band of `width` about a line of points; `width` may change along it. */
export function stroke(line: readonly Point[], width: number | ((i: number) => number)): Ring {
  const left: Point[] = [];
  const right: Point[] = [];
  for (let i = 0; i < line.length; i++) {
    const a = line[Math.max(0, i - 1)]!;
    const b = line[Math.min(line.length - 1, i + 1)]!;
    const length = distance(a, b) || 1;
    const half = (typeof width === 'number' ? width : width(i)) / 2;
    const [u, v] = [(-(b[1] - a[1]) / length) * half, ((b[0] - a[0]) / length) * half];
    left.push(add(line[i]!, [u, v]));
    right.push(add(line[i]!, [-u, -v]));
  }
  return [...left, ...right.reverse()];
}

/** A line moved sideways. */
export function parallel(line: readonly Point[], offset: number): Point[] {
  const ring = stroke(line, 2 * Math.abs(offset));
  const side = ring.slice(0, line.length);
  return offset >= 0 ? [...side] : [...ring.slice(line.length)].reverse();
}

/** Points no more than `step` apart along a line. */
export function densify(line: readonly Point[], step: number): Point[] {
  const out: Point[] = [line[0]!];
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1]!, line[i]!];
    const n = Math.max(1, Math.ceil(distance(a, b) / step));
    for (let k = 1; k <= n; k++) out.push(lerp(a, b, k / n));
  }
  return out;
}

/** A closed ring with points no more than `step` apart. */
export const densifyRing = (ring: Ring, step: number): Ring =>
  densify([...ring, ring[0]!], step).slice(0, -1);

/** Convex hull (Andrew 1979). */
export function hull(points: readonly Point[]): Ring {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (list: readonly Point[]) => {
    const out: Point[] = [];
    for (const p of list) {
      for (;;) {
        const [a, b] = [out[out.length - 2], out[out.length - 1]];
        if (!a || !b || (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]) > 0) break;
        out.pop();
      }
      out.push(p);
    }
    return out.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

/** Distance from a point to a line of points. */
export function distanceToLine(p: Point, line: readonly Point[]): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1]!, line[i]!];
    const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
    const t = ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / (dx * dx + dy * dy || 1);
    best = Math.min(best, distance(p, lerp(a, b, Math.min(1, Math.max(0, t)))));
  }
  return best;
}
