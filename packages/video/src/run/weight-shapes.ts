/** Which weights a network asks for, before any are read. */

import { input, type Params, type StateDict } from '@bandweave/graph';
import { InputError } from '@bandweave/image';

/** Names and shapes of all parameters that a trace asks for, in its order. */
export function weightShapes(trace: (params: Params) => unknown): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  const asked = new Map<string, ReturnType<typeof input>>();
  const at = (prefix: string): Params => {
    const get = (name: string, shape: readonly number[]) => {
      const full = prefix + name;
      const known = asked.get(full);
      if (known) return known;
      shapes.set(full, shape);
      const made = input(full, shape);
      asked.set(full, made);
      return made;
    };
    return {
      get,
      buffer: get,
      scope: (below) => at(`${prefix}${below}.`),
      has: () => false,
      entries: () => [],
      stateDict: () => new Map(),
      finish: () => {},
    };
  };
  trace(at(''));
  return shapes;
}

export interface CheckOptions {
  readonly file: string;
  /** What kind of network they should belong to. */
  readonly network: string;
  /** Names that may be missing. */
  readonly optional?: RegExp;
}

/**
 * Compares weights with what a network asks for; their values are not looked at.
 *
 * @throws InputError that names what is missing, of another shape, or left over
 */
export function checkShapes(
  weights: ReadonlyMap<
    string,
    Pick<StateDict extends ReadonlyMap<string, infer T> ? T : never, 'shape'>
  >,
  wanted: ReadonlyMap<string, readonly number[]>,
  { file, network, optional }: CheckOptions,
): void {
  const problems: string[] = [];
  for (const [name, shape] of wanted) {
    const own = weights.get(name);
    if (!own) {
      if (!optional?.test(name)) problems.push(`no ${name}`);
    } else if (own.shape.join() !== shape.join()) {
      problems.push(`${name} of [${own.shape}] where [${shape}] is expected`);
    }
  }
  for (const name of weights.keys()) if (!wanted.has(name)) problems.push(`${name} left over`);
  if (problems.length === 0) return;
  const more = problems.length > 3 ? ` and ${problems.length - 3} more` : '';
  throw new InputError(
    `${file}: expected the weights of ${network}, got ${problems.slice(0, 3).join(', ')}${more}; take config.json and weights of the same model.`,
  );
}
