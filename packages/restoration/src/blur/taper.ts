/**
 * Borders for pictures that are no circle: the picture is carried on beyond its edges so that it
 * closes on itself, and blurred there as if it did.
 */

import type { Raster } from '@bandweave/image';
import type { BlurKernel } from './kernels.js';
import { blur } from './operator.js';

export interface Tapered {
  readonly picture: Raster<Float64Array>;
  /** Rows and columns that were put before the picture. */
  readonly top: number;
  readonly left: number;
}

/**
 * The picture with a frame of the kernel's size: mirrored samples that pass over smoothly into
 * those of the opposite side, then blurred, so that a circular solution finds a circular blur.
 */
export function taperEdges(picture: Raster, kernel: BlurKernel): Tapered {
  const { bands, height, width } = picture;
  const [top, left] = [Math.min(kernel.height, height - 1), Math.min(kernel.width, width - 1)];
  const [high, wide] = [height + 2 * top, width + 2 * left];
  const rows = ring(height, top);
  const cols = ring(width, left);
  const data = new Float64Array(bands * high * wide);
  for (let band = 0; band < bands; band++) {
    const from = picture.data.subarray(band * height * width, (band + 1) * height * width);
    for (let y = 0; y < high; y++) {
      const r = rows[y];
      for (let x = 0; x < wide; x++) {
        const c = cols[x];
        const near =
          r.share * from[r.near * width + c.near] + (1 - r.share) * from[r.far * width + c.near];
        const far =
          r.share * from[r.near * width + c.far] + (1 - r.share) * from[r.far * width + c.far];
        data[(band * high + y) * wide + x] = c.share * near + (1 - c.share) * far;
      }
    }
  }
  const closed = { bands, height: high, width: wide, data };
  const soft = blur(closed, kernel).data;
  for (let band = 0; band < bands; band++) {
    for (let y = 0; y < high; y++) {
      const inside = y >= top && y < top + height;
      for (let x = 0; x < wide; x++) {
        if (inside && x >= left && x < left + width) continue;
        const at = (band * high + y) * wide + x;
        data[at] = soft[at];
      }
    }
  }
  return { picture: closed, top, left };
}

interface Place {
  /** Mirrored from the nearer edge, and from the other one, and the share of the first. */
  readonly near: number;
  readonly far: number;
  readonly share: number;
}

/** Where each row (or column) of the framed picture comes from. */
function ring(size: number, margin: number): Place[] {
  return Array.from({ length: size + 2 * margin }, (_, i) => {
    const at = i - margin;
    if (at >= 0 && at < size) return { near: at, far: at, share: 1 };
    const beyond = at < 0 ? -at : at - size + 1;
    const fromEnd = at < 0 ? beyond : size - 1 - beyond;
    // Going on, the opposite edge comes near: half way round the two are met.
    const rest = 2 * margin - beyond + 1;
    const other = at < 0 ? size - 1 - rest : rest;
    const share = 1 - beyond / (2 * margin + 1);
    const clip = (value: number) => Math.min(size - 1, Math.max(0, value));
    return { near: clip(fromEnd), far: clip(other), share };
  });
}

/** The picture without its frame. */
export function cutFrame(
  { bands, width, height, data }: Raster<Float64Array>,
  {
    top,
    left,
    size,
  }: {
    readonly top: number;
    readonly left: number;
    readonly size: Pick<Raster, 'height' | 'width'>;
  },
): Raster<Float64Array> {
  const out = new Float64Array(bands * size.height * size.width);
  for (let band = 0, to = 0; band < bands; band++) {
    for (let y = 0; y < size.height; y++, to += size.width) {
      const from = (band * height + top + y) * width + left;
      out.set(data.subarray(from, from + size.width), to);
    }
  }
  return { bands, ...size, data: out };
}
