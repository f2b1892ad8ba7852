/** A trained fusion network as an ONNX file for windows of one size. */

import { createParams, exportOnnx, GraphError, input, type Target } from '@bandweave/graph';
import type { NetworkFacts } from './definition.js';
import { openWeights } from './open-weights.js';
import { METADATA_KEY } from './weights-metadata.js';

export interface ExportNetworkOptions {
  readonly weights: string;
  /** The pair that it is for, where the weights serve more than one kind. */
  readonly pair?: { readonly msBands: number; readonly ratio: number };
  readonly output: string;
  /** Sides of a window in PAN pixels. */
  readonly height: number;
  readonly width: number;
  /** Where it is to run; 'wasm' asks for nothing that only one provider has. */
  readonly provider: Target['provider'];
  /** Kept in the model beside what the network states. */
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface ExportedNetwork {
  readonly facts: NetworkFacts;
  /** The model and, above 2 GB, the file of its weights. */
  readonly files: readonly string[];
  /** Its inputs by name, with their shapes. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly parameters: number;
}

/**
 * Writes the network with the weights of a file. Inputs are `pan` [1, panBands, height, width] and
 * `ms` [1, msBands, height/ratio, width/ratio], and for some `lms`, `ms` enlarged (`enlargeMs`) or the
 * bases of the preparation one after the other; all prepared as the metadata say, by default divided by the sensor's
 * largest value. The output is `fused` [1, msBands, height, width].
 *
 * @throws GraphError in one line for weights of another network or sizes that it does not take
 */
export async function exportNetwork(
  name: string,
  { weights, pair, output, height, width, provider, metadata = {} }: ExportNetworkOptions,
): Promise<ExportedNetwork> {
  const { definition, network, preparation, tensors } = await openWeights(
    name,
    weights,
    pair ? { pair } : {},
  );
  const { facts } = network;
  const { panBands, msBands, ratio, msStep, bases = 1 } = facts;
  const step = ratio * msStep;
  if (height % step !== 0 || width % step !== 0) {
    throw new GraphError(
      `export: expected sides of ${name} that are multiples of ${step}, got ${height}x${width}; try ${nextMultiple(height, step)}x${nextMultiple(width, step)}.`,
    );
  }
  const shapes = {
    pan: [1, panBands, height, width],
    ms: [1, msBands, height / ratio, width / ratio],
    lms: [1, bases * msBands, height, width],
  };
  const params = createParams({ weights: tensors, file: weights });
  const fused = network.build(params, {
    pan: input('pan', shapes.pan),
    ms: input('ms', shapes.ms),
    lms: input('lms', shapes.lms),
  });
  params.finish();
  const { title, source } = definition;
  const { files, inputs } = await exportOnnx({ fused }, output, {
    target: { provider },
    metadata: {
      [METADATA_KEY]: JSON.stringify({
        network: name,
        title,
        source,
        ...facts,
        preparation,
        height,
        width,
      }),
      ...metadata,
    },
  });
  const parameters = params.entries().reduce((sum, { slot }) => sum + slot.data.length, 0);
  return {
    facts,
    files,
    inputs: Object.fromEntries(inputs.map(({ name, shape }) => [name, shape])),
    parameters,
  };
}

const nextMultiple = (side: number, step: number) => Math.max(1, Math.round(side / step)) * step;
