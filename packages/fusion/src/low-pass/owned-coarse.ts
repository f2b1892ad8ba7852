/** Which MS pixels a window answers for, so that windows share out the MS grid without overlap. */

import type { Span } from '@bandweave/image';
import type { FusionWindow, Scene } from '../method.js';

/** The MS pixels whose centres lie in the window: every MS pixel under PAN has one owner. */
export function ownedCoarse(window: FusionWindow, scene: Scene): { rows: Span; cols: Span } {
  return {
    rows: owned(window.rows, scene.msHeight, scene.ratio.rows, scene.phase.rows),
    cols: owned(window.cols, scene.msWidth, scene.ratio.cols, scene.phase.cols),
  };
}

function owned(outputs: Span, size: number, ratio: number, phase: number): Span {
  // Centre phase + i * ratio belongs to the output pixel that it lies in.
  const first = (edge: number) => Math.ceil((edge - 0.5 - phase) / ratio - 1e-9);
  const start = Math.max(0, first(outputs.start));
  return { start, end: Math.max(start, Math.min(size, first(outputs.end))) };
}
