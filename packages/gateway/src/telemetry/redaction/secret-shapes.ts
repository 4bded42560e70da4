/** Stands where a secret was. */
export const redacted = "[redacted]";

type Replacement = readonly [shape: RegExp, by: string];

/** Where a word begins; in JSON also behind an escape, whose last letter is no part of the word. */
const start = String.raw`(?:(?<![A-Za-z0-9])|(?<=\\(?:[bfnrt]|u[0-9a-fA-F]{4})))`;

/** AWS's access key ids: `AKIA…` for users, `ASIA…` for sessions. */
const accessKeyId = new RegExp(`${start}A[KS]IA[A-Z0-9]{12,}(?![A-Za-z0-9])`, "g");

/** A secret access key has no mark of its own; beside a key id nothing else has this length. */
const secretAccessKey = new RegExp(`${start}(?<![/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])`, "g");

const shapes: readonly Replacement[] = [
  // A header's value reaches to the end of its line, or of the text that it is quoted in.
  [/((?:authorization|cookie)\s*[:=]\s*)[^\s"'\\][^"'\\\r\n]*/gi, `$1${redacted}`],
  [new RegExp(String.raw`${start}((?:bearer|basic)\s+)[^\s"'\\,;[\]]{6,}`, "gi"), `$1${redacted}`],
  // Bedrock's API keys, long-term and short-term.
  [new RegExp(`${start}ABSK[A-Za-z0-9+/=]{16,}`, "g"), redacted],
  [/bedrock-api-key-[A-Za-z0-9+/=_.-]{8,}/g, redacted],
  // LiteLLM's and OpenAI's keys.
  [new RegExp(String.raw`${start}sk-(?=[\w-]*\d|[\w-]{16})[\w-]{4,}`, "g"), redacted],
  // Tokens of OIDC, and PEM files.
  [new RegExp(String.raw`${start}eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]+`, "g"), redacted],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g, redacted],
  // Signed URLs, and passwords in URLs.
  [/(x-amz-(?:signature|security-token|credential)(?:=|%3d))[^&\s"'\\]+/gi, `$1${redacted}`],
  [/([a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@"'\\]*):[^\s/@"'\\]+@/gi, `$1:${redacted}@`],
];

const names =
  "secret[_-]?access[_-]?key|(?:api|master|private|salt)[_-]?key|(?:client[_-]?)?secret|password|passwd|passphrase|authorization|cookie" +
  "|(?:session|security|access|refresh|identity|bearer|auth|id)[_-]?token";

/** In JSON that stands in a JSON string, the quote that closes a text has as many backslashes as the one that opens it. */
const quotedValue = String.raw`"(?:[^"\\]|\\.)*"?|'[^'\n]*'?|(?<slashes>\\{1,8})"(?:(?!(?<!\\)\k<slashes>").)*(?:\k<slashes>")?`;

/** `"api_key": "…"` and `api_key=…`, also inside a JSON string, where quotes are escaped. */
const namedField = new RegExp(
  String.raw`((?:${names})(\\{0,8}["'])?\s*[:=]\s*)(?:(${quotedValue})|[^\s"'\\,;&{}[\]]+)`,
  "gi",
);

/** Everything above begins with one of these; a text without them is clean. */
const suspicious = new RegExp(
  String.raw`A[KS]IA[A-Z0-9]|ABSK|bedrock-api-key-|sk-|eyJ|PRIVATE KEY|x-amz-|:\/\/[^\s/]*@|bearer\s|basic\s` +
    String.raw`|(?:${names})\\*["']?\s*[:=]`,
  "i",
);

/** Replaces what is shaped like a secret, or stands beside a name that says so. JSON stays JSON. */
export function redactShapes(text: string): string {
  if (!suspicious.test(text)) return text;
  let clean = text.replaceAll(accessKeyId, redacted);
  if (clean !== text) clean = clean.replaceAll(secretAccessKey, redacted);
  for (const [shape, by] of shapes) clean = clean.replaceAll(shape, by);
  return clean.replaceAll(namedField, redactField);
}

/** The words of JSON hold no secret; anything else bare gets the quotes that its name has. */
function redactField(match: string, name: string, ...groups: readonly (string | undefined)[]): string {
  const [nameQuote = "", quoted = ""] = groups;
  const quote = quoted === "" ? nameQuote : (/^\\*["']/.exec(quoted)?.[0] ?? "");
  const isWord = quoted === "" && /^(?:null|true|false)$/.test(match.slice(name.length));
  return isWord ? match : `${name}${quote}${redacted}${quote}`;
}
