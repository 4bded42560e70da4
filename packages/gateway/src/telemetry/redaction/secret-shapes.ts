/** Stands where a secret was. */
export const redacted = "[redacted]";

type Replacement = readonly [shape: RegExp, by: string];

/** AWS's access key ids: `AKIA…` for users, `ASIA…` for sessions. */
const accessKeyId = /(?<![A-Za-z0-9])A[KS]IA[A-Z0-9]{12,}(?![A-Za-z0-9])/g;

/** A secret access key has no mark of its own; beside a key id nothing else has this length. */
const secretAccessKey = /(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g;

const shapes: readonly Replacement[] = [
  // Bedrock's API keys, long-term and short-term.
  [/\bABSK[A-Za-z0-9+/=]{16,}/g, redacted],
  [/\bbedrock-api-key-[A-Za-z0-9+/=_.-]{8,}/g, redacted],
  // LiteLLM's and OpenAI's keys.
  [/(?<![A-Za-z0-9])sk-(?=[\w-]*\d|[\w-]{16})[\w-]{4,}/g, redacted],
  // Tokens of OIDC, and PEM files.
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]+/g, redacted],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g, redacted],
  // Signed URLs, and passwords in URLs.
  [/(x-amz-(?:signature|security-token|credential)(?:=|%3d))[^&\s"'\\]+/gi, `$1${redacted}`],
  [/([a-z][a-z0-9+.-]*:\/\/[^\s/:@"'\\]*):[^\s/@"'\\]+@/gi, `$1:${redacted}@`],
  // A header's value reaches to the quote that closes it, or to the end of its line.
  [/((?:authorization|cookie)\\*["']?\s*[:=]\s*\\*["']?)[^"'\\\r\n]+/gi, `$1${redacted}`],
  [/\b((?:bearer|basic)\s+)[^\s"'\\,;[\]]{6,}/gi, `$1${redacted}`],
];

const names =
  "secret[_-]?access[_-]?key|(?:api|master|private|salt)[_-]?key|(?:client[_-]?)?secret|password|passwd|passphrase" +
  "|(?:session|security|access|refresh|identity|bearer|auth|id)[_-]?token";

const quotedValue = String.raw`"(?:[^"\\]|\\.)*"?|'[^'\n]*'?|\\+"(?:(?!\\+").)*(?:\\+")?`;

/** `"api_key": "…"` and `api_key=…`, also inside a JSON string, where quotes are escaped. */
const namedField = new RegExp(
  String.raw`((?:${names})(\\*["'])?\s*[:=]\s*)(?:(${quotedValue})|[^\s"'\\,;&{}[\]]+)`,
  "gi",
);

/** Everything above begins with one of these; a text without them is clean. */
const suspicious = new RegExp(
  String.raw`A[KS]IA[A-Z0-9]|ABSK|bedrock-api-key-|sk-|eyJ|PRIVATE KEY|x-amz-|:\/\/[^\s/]*@|authorization|cookie|bearer\s|basic\s` +
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
