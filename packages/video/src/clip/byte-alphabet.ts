/** A visible character for every byte, so that any text is a string of known symbols. */

/**
 * Character of each byte, 0 to 255, and the order in which the vocabulary lists them: the printable
 * bytes first, then the others as U+0100 and on. Radford et al. 2019, GPT-2.
 */
export function byteAlphabet(): {
  readonly symbols: readonly string[];
  readonly listed: readonly string[];
} {
  const printable = (b: number) => (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
  const symbols: string[] = new Array(256);
  const first: string[] = [];
  const later: string[] = [];
  for (let b = 0; b < 256; b++) {
    symbols[b] = String.fromCharCode(printable(b) ? b : 256 + later.length);
    (printable(b) ? first : later).push(symbols[b]);
  }
  return { symbols, listed: [...first, ...later] };
}
