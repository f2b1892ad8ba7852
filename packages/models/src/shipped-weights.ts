/**
 * The weights that come with the package: which network, which images, and where the file lies.
 * Each has a card of its name beside it, which says what it was trained on and how good it is.
 */

import { fileURLToPath } from 'node:url';

export interface ShippedWeights {
  readonly network: string;
  /** Any number, or at any ratio, where absent. */
  readonly msBands?: number;
  readonly ratio?: number;
  /** Below the package's `weights`. */
  readonly file: string;
  /** The pairs they are for, for a person. */
  readonly bands: string;
  /** `research`: trained on images that may not be used for more. */
  readonly use: 'free' | 'research';
}

export const SHIPPED_WEIGHTS: readonly ShippedWeights[] = [
  {
    network: 'bandwise',
    file: 'bandwise-any.safetensors',
    bands: 'any bands at any ratio',
    use: 'research',
  },
  {
    network: 'rescnn',
    msBands: 4,
    ratio: 4,
    file: 'rescnn-vhr4.safetensors',
    bands: 'blue, green, red, near infrared in this order',
    use: 'research',
  },
];

/** Whether weights of a network ship, for some pairs at least. */
export const shipsFor = (network: string): boolean =>
  SHIPPED_WEIGHTS.some((one) => one.network === network);

/** Weights of a network for so many bands at this ratio; undefined where none ship. */
export function shippedWeights(
  network: string,
  { msBands, ratio }: { readonly msBands: number; readonly ratio: number },
): (ShippedWeights & { readonly path: string }) | undefined {
  const found = SHIPPED_WEIGHTS.find(
    (one) =>
      one.network === network &&
      (one.msBands ?? msBands) === msBands &&
      (one.ratio ?? ratio) === ratio,
  );
  return (
    found && { ...found, path: fileURLToPath(new URL(`../weights/${found.file}`, import.meta.url)) }
  );
}

/** A super-resolution network that comes with the package; red, green and blue, free to use. */
export interface ShippedEnlarger {
  readonly network: 'edsr' | 'swinir';
  readonly scale: number;
  /** Below the package's `weights`. */
  readonly file: string;
}

export const SHIPPED_ENLARGERS: readonly ShippedEnlarger[] = [
  { network: 'edsr', scale: 2, file: 'edsr-x2.safetensors' },
  { network: 'edsr', scale: 3, file: 'edsr-x3.safetensors' },
  { network: 'edsr', scale: 4, file: 'edsr-x4.safetensors' },
  { network: 'swinir', scale: 2, file: 'swinir-x2.safetensors' },
  { network: 'swinir', scale: 3, file: 'swinir-x3.safetensors' },
];

/** Weights of an enlarger for this scale; undefined where none ship. */
export function shippedEnlarger(
  network: string,
  scale: number,
): (ShippedEnlarger & { readonly path: string }) | undefined {
  const found = SHIPPED_ENLARGERS.find((one) => one.network === network && one.scale === scale);
  return (
    found && { ...found, path: fileURLToPath(new URL(`../weights/${found.file}`, import.meta.url)) }
  );
}
