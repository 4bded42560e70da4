/** What HTTP, the signature and the body's own type already say: an operator can't say it differently. */
const reserved =
  /^(host|content-(type|length|encoding)|accept-encoding|connection|keep-alive|expect|te|trailer|transfer-encoding|upgrade|proxy-.*|x-amz-(date|content-sha256|security-token))$/;

/**
 * The headers of a runtime call: what the operation itself needs, and the operator's own (guardrails, service tier,
 * a proxy's `authorization`), names in lower case.
 */
export function toUpstreamHeaders(
  operation: string,
  own: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const headers: Record<string, string> = { ...common, ...acceptOf[operation] };
  for (const [name, value] of Object.entries(own)) {
    const lower = name.toLowerCase();
    if (!reserved.test(lower)) headers[lower] = value;
  }
  return headers;
}

/** The name is what AWS's own logs tell callers apart by. */
const common = { "content-type": "application/json", "user-agent": "outcrop" };

/** In a stream the chunks' type has a header of its own: `accept` would speak of the frames around them. */
const acceptOf: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  invoke: { accept: "application/json" },
  converse: { accept: "application/json" },
  "invoke-with-response-stream": { "x-amzn-bedrock-accept": "application/json" },
  "converse-stream": {},
};
