/** A base64 `data:` URL, taken apart. */
export interface DataUrl {
  /** Lower case, such as `image/png`. */
  readonly mediaType: string;
  readonly base64: string;
}

/** Reads a base64 `data:` URL without copying its bytes through a regular expression; else `undefined`. */
export function parseDataUrl(url: string): DataUrl | undefined {
  if (!url.startsWith("data:")) return undefined;
  const comma = url.indexOf(",");
  if (comma === -1) return undefined;
  const [mediaType = "", ...attributes] = url.slice("data:".length, comma).toLowerCase().split(";");
  if (!attributes.includes("base64")) return undefined;
  return { mediaType, base64: url.slice(comma + 1) };
}
