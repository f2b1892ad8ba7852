/** What a byte-pair tokenizer knows: which symbols join first, and the number of each. */

import { InputError } from '@bandweave/image';
import { byteAlphabet } from './byte-alphabet.js';

export const BEGIN = '<|startoftext|>';
export const END = '<|endoftext|>';
/** Closes a word: 'at' within one and 'at' at its end are two symbols. */
export const WORD_END = '</w>';

export interface Vocabulary {
  /** Rank of a pair, `left right`: the smaller joins first. */
  readonly ranks: ReadonlyMap<string, number>;
  readonly ids: ReadonlyMap<string, number>;
}

/** Ids of CLIP: 256 bytes, 256 bytes that end a word, the merges, two marks. */
const IDS = 49408;
const MERGES = IDS - 2 * 256 - 2;

/** Pairs of a merges file, whose first line is a comment; further ones than `limit` are not used. */
function pairs(text: string, { file, limit }: { file: string; limit: number }): string[] {
  const lines = text.split(/\r?\n/).slice(1, 1 + limit);
  while (lines.at(-1)?.trim() === '') lines.pop();
  const wrong = lines.findIndex((line) => line.split(' ').length !== 2);
  if (wrong >= 0) {
    throw new InputError(
      `${file}: expected two symbols on each line of merges, got "${lines[wrong].slice(0, 40)}" on line ${wrong + 2}; fetch the file again.`,
    );
  }
  if (lines.length === 0) {
    throw new InputError(`${file}: expected merges, got none; fetch the file again.`);
  }
  return lines;
}

const ranksOf = (merges: readonly string[]) => new Map(merges.map((pair, i) => [pair, i]));

/**
 * The vocabulary of CLIP's own file (bpe_simple_vocab_16e6.txt, unpacked), where numbers follow
 * from the order.
 */
export function vocabularyFromMerges(text: string, { file = 'merges' } = {}): Vocabulary {
  const merges = pairs(text, { file, limit: MERGES });
  const { listed } = byteAlphabet();
  const symbols = [
    ...listed,
    ...listed.map((s) => s + WORD_END),
    ...merges.map((pair) => pair.replace(' ', '')),
    BEGIN,
    END,
  ];
  return { ranks: ranksOf(merges), ids: new Map(symbols.map((s, i) => [s, i])) };
}

/** The vocabulary of vocab.json and merges.txt, as diffusers and transformers keep it. */
export function vocabularyFromFiles(
  { vocab, merges }: { readonly vocab: string; readonly merges: string },
  { file = 'tokenizer' } = {},
): Vocabulary {
  let parsed: unknown;
  try {
    parsed = JSON.parse(vocab);
  } catch (error) {
    throw new InputError(`${file}/vocab.json: expected JSON, got other text; fetch it again.`, {
      cause: error,
    });
  }
  const entries = parsed !== null && typeof parsed === 'object' ? Object.entries(parsed) : [];
  const ids = new Map<string, number>();
  for (const [symbol, id] of entries) {
    if (Number.isSafeInteger(id) && (id as number) >= 0) ids.set(symbol, id as number);
  }
  if (ids.size !== entries.length || ids.size === 0) {
    throw new InputError(
      `${file}/vocab.json: expected a number for each symbol, got other values; fetch it again.`,
    );
  }
  const list = pairs(merges, { file: `${file}/merges.txt`, limit: Number.POSITIVE_INFINITY });
  const vocabulary = { ranks: ranksOf(list), ids };
  checkClip(vocabulary, file);
  return vocabulary;
}

/** @throws InputError where symbols that encoding may give have no number */
function checkClip({ ranks, ids }: Vocabulary, file: string): void {
  const missing = (symbol: string): never => {
    throw new InputError(
      `${file}: expected CLIP's byte-pair vocabulary with ${JSON.stringify(symbol)}, got one without it; take the tokenizer folder of the same model.`,
    );
  };
  for (const mark of [BEGIN, END]) if (!ids.has(mark)) missing(mark);
  for (const symbol of byteAlphabet().listed) {
    if (!ids.has(symbol)) missing(symbol);
    if (!ids.has(symbol + WORD_END)) missing(symbol + WORD_END);
  }
  for (const pair of ranks.keys()) {
    const joined = pair.replace(' ', '');
    if (!ids.has(joined)) missing(joined);
  }
}
