/** Whitespace as JSON and the chat templates know it; other Unicode spaces are content. */
export function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** How many characters of whitespace a text begins with. */
export function leadingSpace(text: string): number {
  let at = 0;
  while (at < text.length && isSpace(text.charCodeAt(at))) at++;
  return at;
}

/** Where the whitespace that a text ends with begins. */
export function trailingSpace(text: string): number {
  let at = text.length;
  while (at > 0 && isSpace(text.charCodeAt(at - 1))) at--;
  return at;
}

/** Whether there is nothing but whitespace. */
export function isBlank(text: string): boolean {
  return leadingSpace(text) === text.length;
}
