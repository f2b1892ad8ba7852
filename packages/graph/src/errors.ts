/** The error of weights files and graphs that a user can do something about: one line, exit code 2. */

/** Carries the tag `input`, by which `isInputError` of `@bandweave/image` knows it. */
export class GraphError extends Error {
  readonly tag = 'input';
  override readonly name = 'GraphError';
}
