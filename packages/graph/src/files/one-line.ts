/** How text that came out of an untrusted file is shown in a message: short, printable, one line. */

const limit = 80;

/** The text in double quotes, control and non-ASCII characters escaped, cut after 80 characters. */
export function quote(text: string): string {
  const short = text.length > limit ? `${text.slice(0, limit)}...` : text;
  return JSON.stringify(short).replace(
    /[^\x20-\x7e]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * Whether a tensor may bear this name: printable, at most 1024 characters, and no part between
 * dots that would reach into the prototype of an object when names are nested.
 */
export function isSafeName(name: string): boolean {
  if (name.length > 1024) return false;
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    if (c < 0x20 || (c >= 0x7f && c < 0xa0)) return false;
  }
  if (!name.includes('__proto__') && !name.includes('constructor')) return true;
  return !name.split('.').some((part) => part === '__proto__' || part === 'constructor');
}
