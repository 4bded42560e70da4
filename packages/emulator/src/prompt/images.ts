import { malformed } from "./malformed.ts";
import type { Image } from "./prompt.ts";

/** AWS's limit for imported models. */
export const mostImages = 3;

const formats = ["jpeg", "jpg", "png", "gif", "webp"];

/**
 * An `image_url` of a chat body: only a base64 data URL is taken, an address is not fetched (AWS's page
 * on imported models).
 */
export function parseImageUrl(url: string, path: string): Image {
  if (/^https?:/i.test(url)) {
    throw malformed(path, "image URLs are not supported, provide the image as a base64-encoded data URL");
  }
  // Up to the comma only: the data may be megabytes long.
  const comma = url.indexOf(",");
  const media = /^data:image\/([a-z0-9.+-]+);base64$/i.exec(url.slice(0, Math.max(comma, 0)));
  const format = media?.[1]?.toLowerCase();
  if (format === undefined || !formats.includes(format)) {
    throw malformed(path, `expected a data URL such as data:image/png;base64,… of ${formats.join(", ")}`);
  }
  return { format: format === "jpg" ? "jpeg" : format, bytes: decodedLength(url.slice(comma + 1), path) };
}

/** Bytes of base64 text. Throws when it is none, or nothing. */
export function decodedLength(base64: string, path: string): number {
  const data = base64.replace(/[\r\n]+/g, "");
  if (data === "" || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(data))
    throw malformed(path, "the image is not valid base64");
  return Buffer.byteLength(data, "base64");
}
