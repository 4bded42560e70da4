/**
 * What `str.strip()` takes away in Python. It is not what JavaScript's `trim()` does: that keeps the
 * information separators and U+0085, and cuts U+FEFF.
 */
const whitespace =
  "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000";

/** Python's `text.lstrip(characters)`. */
export function stripStart(text: string, characters: string = whitespace): string {
  let start = 0;
  while (start < text.length && characters.includes(text.charAt(start))) start += 1;
  return text.slice(start);
}

/** Python's `text.rstrip(characters)`. */
export function stripEnd(text: string, characters: string = whitespace): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** Python's `text.strip(characters)`, and Jinja's `trim` filter. */
export function strip(text: string, characters: string = whitespace): string {
  return stripEnd(stripStart(text, characters), characters);
}

/** Python's `text.split(separator)[0]`. */
export function beforeFirst(text: string, separator: string): string {
  const at = text.indexOf(separator);
  return at === -1 ? text : text.slice(0, at);
}

/** Python's `text.split(separator)[-1]`. */
export function afterLast(text: string, separator: string): string {
  const at = text.lastIndexOf(separator);
  return at === -1 ? text : text.slice(at + separator.length);
}
