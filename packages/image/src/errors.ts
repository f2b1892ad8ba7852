/** The error that a user can do something about: printed as one line, exit code 2. */

/** Everything that is wrong with what came in: a file, an option, a shape. */
export class InputError extends Error {
  readonly tag = 'input';
  override readonly name = 'InputError';
}

/**
 * True for any error that carries the tag `input`, whichever package made it
 * (`graph` has a class of its own, because it stands above this one).
 */
export function isInputError(error: unknown): error is Error & { readonly tag: 'input' } {
  return error instanceof Error && (error as { tag?: unknown }).tag === 'input';
}
