/** Memory that one window leaves to the next: windows of a scene have the same few sizes. */

import type { FloatSamples } from '@bandweave/image';

type Kind = 'pan' | 'core' | 'ms' | 'exp' | 'around' | 'scratch';
type Ones = 'valid' | 'validAround';

/**
 * Arrays by purpose, made anew only when another length is asked for. What a window was cut into
 * is overwritten by the next one, so only one window at a time may be looked at.
 */
export class WindowBuffers {
  private readonly held = new Map<Kind | Ones, FloatSamples | Uint8Array>();

  /** An array of that length with anything in it. */
  floats(kind: Kind, length: number, precision: 'float32' | 'float64'): FloatSamples {
    const found = this.held.get(kind);
    const Float = precision === 'float32' ? Float32Array : Float64Array;
    if (found instanceof Float && found.length === length) return found;
    const made = new Float(length);
    this.held.set(kind, made);
    return made;
  }

  /** All ones. */
  ones(kind: Ones, length: number): Uint8Array {
    const found = this.held.get(kind);
    if (found instanceof Uint8Array && found.length === length) return found.fill(1);
    const made = new Uint8Array(length).fill(1);
    this.held.set(kind, made);
    return made;
  }
}
