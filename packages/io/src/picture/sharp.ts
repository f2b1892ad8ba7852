/** sharp, loaded when the first picture is read or written: it takes a tenth of a second. */

type Sharp = typeof import('sharp')['default'];

let loading: Promise<Sharp> | undefined;

export function loadSharp(): Promise<Sharp> {
  loading ??= import('sharp').then((module) => module.default);
  return loading;
}
