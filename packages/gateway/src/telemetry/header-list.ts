/**
 * Reads headers as OTEL_HEADERS and GENERIC_LOGGER_HEADERS write them: `name=value,name=value`, values
 * percent-encoded where they must be. What is no pair is left out.
 */
export function parseHeaderList(text: string | undefined): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const pair of (text ?? "").split(",")) {
    const equals = pair.indexOf("=");
    const name = pair.slice(0, Math.max(0, equals)).trim().toLowerCase();
    if (name !== "") headers[name] = decode(pair.slice(equals + 1).trim());
  }
  return headers;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
