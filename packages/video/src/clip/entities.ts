/** Character references of HTML, which CLIP's tokenizer resolves before anything else. */

/** The 100 names of Latin-1 that begin at U+00A0, in order of their code. */
const LATIN =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml'.split(
    ' ',
  );

const NAMED: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['hellip', '…'],
  ['ndash', '–'],
  ['mdash', '—'],
  ['lsquo', '‘'],
  ['rsquo', '’'],
  ['ldquo', '“'],
  ['rdquo', '”'],
  ['bull', '•'],
  ['euro', '€'],
  ['trade', '™'],
  ...LATIN.map((name, i): [string, string] => [name, String.fromCharCode(0xa0 + i)]),
]);

/**
 * Text with `&amp;`, `&eacute;`, `&#233;`, `&#xe9;` and their like resolved. The names are those of
 * Latin-1 and of common punctuation, not all 2231 of HTML 5; others stay as they are.
 */
export function unescapeHtml(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([A-Za-z][A-Za-z\d]{1,31}));?/g,
    (all, ...found) => {
      const [decimal, hex, name] = found as (string | undefined)[];
      if (name !== undefined) {
        // Without its semicolon HTML knows the old names only; rare enough to ask for it always.
        return all.endsWith(';') ? (NAMED.get(name) ?? all) : all;
      }
      const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex!, 16);
      const surrogate = code >= 0xd800 && code <= 0xdfff;
      return code === 0 || surrogate || code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
    },
  );
}
