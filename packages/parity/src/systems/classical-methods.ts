/** Our method for a case of the toolboxes, with the parameters that the case names. */

import {
  contextBased,
  contextualGsa,
  type FuseArraysOptions,
  type FusionMethod,
  filterEstimated,
  findMethod,
  modelBased,
  sparseDetail,
  totalVariation,
} from '@bandweave/fusion';
import type { ParityCase } from '../case.js';
import { need, type Tensor } from '../tensors.js';

type Json = ParityCase['json'];

/** Names of the originals that are not ours in lower case with dashes. */
const NAMES: Readonly<Record<string, string>> = { BDSD_global: 'bdsd' };

export function methodOf(
  { function: original, parameters }: Json,
  scene: ReadonlyMap<string, Tensor>,
): FusionMethod {
  const name = String(original);
  if (/^C_GSA/.test(name)) return withLabels(need(scene, 'SEG_labels'));
  if (/^BDSD_block/.test(name)) return findMethod('bdsd');
  if (name === 'MTF_GLP_CBD') {
    const { block, threshold } = parameters;
    // JSON has no infinity: it is written as a word.
    return contextBased({
      ...(block === undefined ? {} : { block: Number(block) }),
      ...(threshold === undefined ? {} : { threshold: infinite(threshold) }),
    }) as FusionMethod;
  }
  if (name === 'FE_HPM') {
    const { tap, lambda, mu, th, iterations, gradient } = parameters;
    return filterEstimated({
      ...(tap === undefined ? {} : { taps: tap }),
      ...(lambda === undefined ? {} : { lambda }),
      ...(mu === undefined ? {} : { mu }),
      ...(th === undefined ? {} : { threshold: th }),
      ...(iterations === undefined ? {} : { iterations }),
      ...(gradient === undefined ? {} : { gradient: String(gradient).toLowerCase() as 'basic' }),
    }) as FusionMethod;
  }
  if (name === 'TV') {
    const { w: weights, alpha, lambda, c, maxiter: iterations } = parameters;
    return totalVariation({ weights, alpha, lambda, c, iterations }) as FusionMethod;
  }
  if (name === 'PWMBF') return modelBased({ components: parameters.r }) as FusionMethod;
  if (name === 'SR_D') {
    const { TS: patch, overlap, atoms } = parameters;
    return sparseDetail({ patch, overlap, atoms }) as FusionMethod;
  }
  return findMethod(NAMES[name] ?? name.toLowerCase().replaceAll('_', '-'));
}

function infinite(value: string | number): number {
  return Number(String(value).replace(/inf$/i, 'Infinity'));
}

/** C-GSA with classes that are given: whatever numbers they bear, they are counted from 0. */
function withLabels({ data, shape }: Tensor): FusionMethod {
  const numbers = [...new Set(data)].sort((a, b) => a - b);
  const labels = { data: data.map((value) => numbers.indexOf(value)), width: shape[1] };
  return contextualGsa({ classes: numbers.length, labels }) as FusionMethod;
}

/** What the original takes as an argument and ours as a property of the scene. */
export function optionsOf({ parameters }: Json): FuseArraysOptions {
  const side = parameters.S;
  return typeof side === 'number' && side > 1 ? { block: side } : {};
}
