/** What trained weights say of themselves in their file: the metadata under `bandweave`, as JSON. */

import { GraphError } from '@bandweave/graph';
import type { WeightsSource } from './definition.js';
import { PLAIN, type Preparation } from './preparation.js';

/** The key of a weights file's metadata. */
export const METADATA_KEY = 'bandweave';

/** As `train` writes it; whatever else it notes is kept beside. */
export interface WeightsMetadata {
  readonly network: string;
  readonly variant?: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly preparation?: Preparation;
  readonly [note: string]: unknown;
}

/**
 * The metadata of a file that `train` wrote; undefined for files from elsewhere.
 *
 * @throws GraphError where it is there and is not an object with the network's name
 */
export function readMetadata(
  metadata: ReadonlyMap<string, string> | undefined,
  file: string,
): WeightsMetadata | undefined {
  const text = metadata?.get(METADATA_KEY);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (isObject(value) && typeof value.network === 'string') return value as WeightsMetadata;
  throw new GraphError(
    `${file}: expected metadata '${METADATA_KEY}' to be JSON that names a network, got something else; train the weights again.`,
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a definition's `open` is told besides the weights. */
export function sourceOf(
  metadata: ReadonlyMap<string, string> | undefined,
  file: string,
): WeightsSource {
  const { variant, config } = readMetadata(metadata, file) ?? {};
  return {
    file,
    ...(typeof variant === 'string' ? { variant } : {}),
    ...(isObject(config) ? { config } : {}),
  };
}

/**
 * How images were prepared for the network in training.
 *
 * @throws GraphError where the file asks for a preparation that is not known here
 */
export function preparationOf(
  metadata: ReadonlyMap<string, string> | undefined,
  file: string,
): Preparation {
  const stated = readMetadata(metadata, file)?.preparation;
  if (stated === undefined) return PLAIN;
  const { normalise, base, inputs } = isObject(stated) ? (stated as Partial<Preparation>) : {};
  const known =
    (normalise === 'range' || normalise === 'scene') &&
    typeof base === 'string' &&
    (inputs === 'plain' || inputs === 'high-pass');
  if (known) return { normalise, base, inputs };
  throw new GraphError(
    `${file}: expected a preparation of normalise, base and inputs, got ${JSON.stringify(stated).slice(0, 80)}; train the weights again.`,
  );
}
