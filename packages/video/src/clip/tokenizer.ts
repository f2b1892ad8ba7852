/**
 * CLIP's tokenizer: byte pairs joined by rank, in lower case. Sennrich et al. 2016; Radford et al.
 * 2021. What repairs broken encodings there (ftfy) is left out: text is taken as it is.
 */

import { InputError } from '@bandweave/image';
import { byteAlphabet } from './byte-alphabet.js';
import { unescapeHtml } from './entities.js';
import { BEGIN, END, type Vocabulary, WORD_END } from './vocabulary.js';

export interface TokenizerOptions {
  /** Ids of one text, begin and end included; 77 in CLIP. */
  readonly context?: number;
  /** What fills up; the end mark in Stable Diffusion 1.x, `!` in 2.x, 0 in OpenAI's own code. */
  readonly pad?: number | undefined;
}

export interface Tokenizer {
  readonly context: number;
  readonly begin: number;
  readonly end: number;
  /** One more than the largest id. */
  readonly size: number;
  /** Ids of a text without marks, not cut. */
  encode(text: string): number[];
  /** `context` ids: begin, the text cut to what fits, end, filled up. */
  pad(text: string): number[];
  /** The text that ids stand for, marks left out; for messages and tests. */
  decode(ids: readonly number[]): string;
}

/** White space as Unicode has it: JavaScript counts a byte order mark and leaves out U+0085. */
const SPACES = /(?:(?!\ufeff)\s|\x85)+/gu;
const WORDS =
  /<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+/giu;

/** Far beyond what a context holds; joining pairs takes the square of a word's length. */
const LONGEST = 10_000;

/** Words of a text as the tokenizer sees them: references resolved, one space, lower case. */
export function clipWords(text: string): string[] {
  if (text.length > LONGEST) {
    throw new InputError(
      `tokenizer: expected a text of at most ${LONGEST} characters, got ${text.length}; shorten it.`,
    );
  }
  const plain = unescapeHtml(unescapeHtml(text)).replace(SPACES, ' ').trim().toLowerCase();
  return plain.match(WORDS) ?? [];
}

/** Words kept with their ids; texts repeat few. */
const KEPT = 10_000;

export function createTokenizer(
  { ranks, ids }: Vocabulary,
  { context = 77, pad }: TokenizerOptions = {},
): Tokenizer {
  if (!Number.isInteger(context) || context < 2) {
    throw new InputError(`tokenizer: expected a context of 2 ids or more, got ${context}.`);
  }
  const [begin, end] = [ids.get(BEGIN)!, ids.get(END)!];
  const { symbols } = byteAlphabet();
  const known = new Map<string, readonly number[]>([
    [BEGIN, [begin]],
    [END, [end]],
  ]);

  const idsOf = (word: string): readonly number[] => {
    const kept = known.get(word);
    if (kept) return kept;
    const parts = Array.from(new TextEncoder().encode(word), (b) => symbols[b]);
    parts[parts.length - 1] += WORD_END;
    const found = joined(parts, ranks).map((part) => ids.get(part)!);
    if (known.size < KEPT) known.set(word, found);
    return found;
  };

  const encode = (text: string) => clipWords(text).flatMap(idsOf);
  const texts = new Map([...ids].map(([symbol, id]) => [id, symbol]));
  const bytes = new Map(symbols.map((symbol, b) => [symbol, b]));
  return {
    context,
    begin,
    end,
    size: [...ids.values()].reduce((most, id) => Math.max(most, id), 0) + 1,
    encode,
    pad(text) {
      const inner = encode(text).slice(0, context - 2);
      const row = [begin, ...inner, end];
      return [...row, ...new Array<number>(context - row.length).fill(pad ?? end)];
    },
    decode(list) {
      const joinedText = list
        .filter((id) => id !== begin && id !== end)
        .map((id) => texts.get(id) ?? '')
        .join('');
      return joinedText
        .split(WORD_END)
        .map((word) => {
          const coded = Array.from(word, (symbol) => bytes.get(symbol) ?? 0);
          return new TextDecoder().decode(Uint8Array.from(coded));
        })
        .join(' ')
        .trim();
    },
  };
}

/** Joins the pair of the smallest rank, everywhere in the word, until none is known. */
function joined(parts: readonly string[], ranks: Vocabulary['ranks']): readonly string[] {
  let word = parts;
  while (word.length > 1) {
    let best: string | undefined;
    let rank = Number.POSITIVE_INFINITY;
    for (let i = 0; i + 1 < word.length; i++) {
      const pair = `${word[i]} ${word[i + 1]}`;
      const found = ranks.get(pair);
      if (found !== undefined && found < rank) [best, rank] = [pair, found];
    }
    if (best === undefined) break;
    word = joinPair(word, best);
  }
  return word;
}

function joinPair(word: readonly string[], pair: string): string[] {
  const out: string[] = [];
  for (let i = 0; i < word.length; i++) {
    if (i + 1 < word.length && `${word[i]} ${word[i + 1]}` === pair) {
      out.push(word[i] + word[i + 1]);
      i += 1;
    } else out.push(word[i]);
  }
  return out;
}
