/**
 * A tokenizer of its own kind: special tokens, words with their leading blank in pieces of at most seven
 * letters, numbers of up to three digits, single marks. It counts about as real ones do for English, and
 * joins to the very text.
 */
const token =
  /<[|｜][^<>]{1,40}[|｜]>| ?\p{L}[\p{L}\p{M}'’]{0,6}|[\p{L}\p{M}]{1,7}| ?\p{N}{1,3}|\n+| +(?= )|[^]/gu;

/** Beyond this length tokens are estimated, so that a huge prompt does not hold up the others. */
const longestCounted = 65_536;
const charactersPerToken = 4;

export function splitTokens(text: string): string[] {
  return text.match(token) ?? [];
}

/** The tokens one by one, so that nothing is done for those that a limit cuts off. */
export function* eachToken(text: string): Generator<string> {
  const reader = new RegExp(token);
  for (let match = reader.exec(text); match !== null; match = reader.exec(text)) yield match[0];
}

export function countTokens(text: string): number {
  const counted = text.slice(0, longestCounted);
  return splitTokens(counted).length + Math.ceil((text.length - counted.length) / charactersPerToken);
}
