import { expect, test } from 'vitest';
import {
  clipWords,
  createTokenizer,
  vocabularyFromFiles,
  vocabularyFromMerges,
} from '../src/index.js';

const MERGES = '#version: 0.2\nc a\nca t</w>\nt h\nth e</w>\n';
const vocabulary = vocabularyFromMerges(MERGES);
/** Numbers follow from the order: 512 of bytes, then the merges, then the marks. */
const [CA, CAT, THE, BEGIN, END] = [512, 513, 515, 516, 517];
const byte = (character: string) => character.charCodeAt(0) - 33;

test('pairs join by rank, and a word ends with a symbol of its own', () => {
  const { encode } = createTokenizer(vocabulary);
  expect(encode('The CAT  ')).toEqual([THE, CAT]);
  expect(encode('cab')).toEqual([CA, 256 + byte('b')]);
  expect(encode("cat's 12")).toEqual([
    CAT,
    byte("'"),
    256 + byte('s'),
    256 + byte('1'),
    256 + byte('2'),
  ]);
});

test('bytes beyond ASCII are symbols, too, and come back', () => {
  const { encode, decode } = createTokenizer(vocabulary);
  expect(encode('é')).toHaveLength(2);
  expect(decode(encode('café 日本 🙂'))).toBe('café 日本 🙂');
});

test('words are split as CLIP splits them', () => {
  expect(clipWords("It's  &lt;b&gt; caf&eacute;&#33; x&amp;amp;y")).toEqual([
    'it',
    "'s",
    '<',
    'b',
    '>',
    'café',
    '!',
    'x',
    '&',
    'y',
  ]);
  expect(clipWords('<|endoftext|> \n')).toEqual(['<|endoftext|>']);
  expect(clipWords('AT&T &bogus; &amp')).toEqual(['at', '&', 't', '&', 'bogus', ';', '&', 'amp']);
});

test('a text is cut to the context and filled up with the end mark', () => {
  const tokenizer = createTokenizer(vocabulary, { context: 5 });
  expect(tokenizer.pad('')).toEqual([BEGIN, END, END, END, END]);
  expect(tokenizer.pad('cat cat cat cat cat')).toEqual([BEGIN, CAT, CAT, CAT, END]);
  expect(createTokenizer(vocabulary, { context: 4, pad: 0 }).pad('')).toEqual([BEGIN, END, 0, 0]);
  expect(tokenizer.size).toBe(518);
});

test('vocab.json with merges.txt is the same, and its gaps are told', () => {
  const vocab = JSON.stringify(Object.fromEntries(vocabulary.ids));
  const read = vocabularyFromFiles({ vocab, merges: MERGES });
  expect(createTokenizer(read).encode('the cat')).toEqual([THE, CAT]);
  const short = JSON.stringify({ a: 0, '<|startoftext|>': 1 });
  expect(() => vocabularyFromFiles({ vocab: short, merges: MERGES })).toThrow(
    'tokenizer: expected CLIP\'s byte-pair vocabulary with "<|endoftext|>"',
  );
  expect(() => vocabularyFromFiles({ vocab: '{', merges: MERGES })).toThrow('expected JSON');
  expect(() => vocabularyFromFiles({ vocab, merges: 'x\na b c\n' })).toThrow('line 2');
  expect(() => vocabularyFromFiles({ vocab, merges: '' })).toThrow('expected merges, got none');
});

test('endless text is refused', () => {
  expect(() => createTokenizer(vocabulary).encode('a'.repeat(10_001))).toThrow('at most 10000');
});
