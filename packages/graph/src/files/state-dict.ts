/** Finding the weights in what a training script saved, which is rarely the state dict alone. */

import { GraphError } from '../errors.js';
import { isSafeName, quote } from './one-line.js';
import { kindOf, PyDict, PyTensor, type PyValue } from './pickle-values.js';

/** Names under which training scripts keep the weights; of several, the first is taken. */
const wrappers = [
  'state_dict',
  'model_state_dict',
  'params_ema',
  'params',
  'model',
  'net',
  'network',
  'net_g',
  'netG',
  'generator',
  'module',
  'weights',
  'ema',
];
const maxDepth = 8;

export interface FoundStateDict {
  readonly tensors: Map<string, PyTensor>;
  /** Keys that led there, outermost first. */
  readonly path: readonly string[];
  /** What else stood at the last level of wrapping or among the tensors. */
  readonly others: readonly string[];
}

const names = (list: readonly string[]): string => {
  const shown = list.slice(0, 8).map(quote).join(', ');
  return list.length > 8 ? `${shown} and ${list.length - 8} more` : shown || 'nothing';
};

const hasTensors = (value: PyValue): boolean =>
  value instanceof PyDict && [...value.entries.values()].some((v) => v instanceof PyTensor);

/** The key to go down by, or none where the dict itself is the state dict. */
function wrapperOf(dict: PyDict): string | undefined {
  const known = wrappers.find((key) => dict.entries.get(key) instanceof PyDict);
  if (known !== undefined || hasTensors(dict)) return known;
  const candidates = [...dict.entries].filter(([, v]) => hasTensors(v));
  return candidates.length === 1 && typeof candidates[0]![0] === 'string'
    ? candidates[0]![0]
    : undefined;
}

/**
 * The dict of tensors inside a saved value.
 *
 * @param options.key take what stands under this key of the outermost dict
 * @throws GraphError where there is none, or several and none is a usual one
 */
export function findStateDict(
  value: PyValue,
  { file, key }: { readonly file: string; readonly key?: string },
): FoundStateDict {
  const path: string[] = [];
  let others: string[] = [];
  let dict = value;
  for (let next = key; ; ) {
    if (!(dict instanceof PyDict) || path.length > maxDepth) {
      const where = path.length === 0 ? '' : ` under ${names(path)}`;
      throw new GraphError(
        `${file}: expected a dict of tensors${where}, got ${kindOf(dict)}; save the weights as torch.save(model.state_dict(), path).`,
      );
    }
    next ??= wrapperOf(dict);
    if (next === undefined) break;
    const keys = [...dict.entries.keys()].map(String);
    if (!dict.entries.has(next)) {
      throw new GraphError(
        `${file}: expected weights under the key ${quote(next)}, got ${names(keys)}; choose one of these.`,
      );
    }
    others = keys.filter((k) => k !== next);
    path.push(next);
    dict = dict.entries.get(next)!;
    next = undefined;
  }

  const tensors = new Map<string, PyTensor>();
  const rest: string[] = [];
  for (const [name, tensor] of dict.entries) {
    if (typeof name !== 'string' || !(tensor instanceof PyTensor)) {
      rest.push(typeof name === 'string' ? name : kindOf(name));
    } else if (isSafeName(name)) tensors.set(name, tensor);
    else {
      throw new GraphError(
        `${file}: expected plain tensor names, got ${quote(name)}; rename it where it was saved.`,
      );
    }
  }
  if (tensors.size === 0) {
    throw new GraphError(
      `${file}: expected tensors, got ${rest.length === 0 ? 'an empty dict' : `a dict of ${names(rest)}`}; give the key that holds the weights.`,
    );
  }
  return { tensors, path, others: [...others, ...rest] };
}

/** Prefixes that data-parallel and compiled networks put before every name. */
const prefixes = ['module.', '_orig_mod.'];

/** What to cut off the front of every name, as far as all share it. */
export function sharedPrefix(tensorNames: Iterable<string>): string {
  const all = [...tensorNames];
  let cut = '';
  for (let found = all.length > 0; found; ) {
    const next = prefixes.find((p) => all.every((n) => n.startsWith(p, cut.length)));
    found = next !== undefined;
    cut += next ?? '';
  }
  return cut;
}

/** One line that says what was found where. */
export function describeFound(
  format: string,
  count: number,
  found: { readonly path: readonly string[]; readonly others: readonly string[]; cut: string },
): string {
  const parts = [`${format}, ${count} tensors`];
  if (found.path.length > 0) parts.push(`under ${found.path.map(quote).join(' > ')}`);
  if (found.cut !== '') parts.push(`with the prefix ${quote(found.cut)} taken off`);
  const left = found.others.length > 0 ? `; left aside: ${names(found.others)}` : '';
  return parts.join(' ') + left;
}
