/**
 * The error of what was typed. `InputError` of @bandweave/image says the same of files, but
 * loading that package takes longer than `bandweave --version` should: both carry the tag
 * `input`, which is what counts.
 */

export class UsageError extends Error {
  readonly tag = 'input';
  override readonly name = 'UsageError';
}

/** As `isInputError` of @bandweave/image: an error that the caller can mend. */
export function isInputError(error: unknown): error is Error {
  return error instanceof Error && (error as { tag?: unknown }).tag === 'input';
}
