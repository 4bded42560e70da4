import { hash } from "node:crypto";
import { splitTarget } from "../aws/operations.ts";
import type { HttpRequest } from "../http/message.ts";

/**
 * The canonical request of Signature Version 4, rebuilt from what arrived. The path is encoded once more
 * than it was sent, as for every service but S3: `%3A` becomes `%253A`. The body's hash is always taken
 * from the body: a client that signed another one is refused.
 */
export function toCanonicalRequest(request: HttpRequest, signedHeaders: readonly string[]): string {
  const [path, query] = splitTarget(request.target);
  return [
    request.method,
    canonicalPath(path),
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${canonicalValue(findHeader(request, name))}`),
    "",
    signedHeaders.join(";"),
    hash("sha256", request.body),
  ].join("\n");
}

/** Everything but letters, digits and `-._~` as `%XX`, per RFC 3986. */
export function encodeComponent(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(encodeComponent(segment));
  }
  const end = segments.length > 0 && path.endsWith("/") ? "/" : "";
  return `/${segments.join("/")}${end}`;
}

function canonicalQuery(query: string): string {
  if (query === "") return "";
  const pairs = query.split("&").map((pair): [string, string] => {
    const mark = pair.indexOf("=");
    const name = mark < 0 ? pair : pair.slice(0, mark);
    return [recode(name), mark < 0 ? "" : recode(pair.slice(mark + 1))];
  });
  return pairs
    .toSorted(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** A client may encode more or less than it must; the signature is over the strict form. */
function recode(text: string): string {
  try {
    return encodeComponent(decodeURIComponent(text));
  } catch {
    return encodeComponent(text);
  }
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** HTTP/2 carries the host as `:authority`, and clients sign it by either name. */
function findHeader({ headers }: HttpRequest, name: string): string {
  const twin = name === "host" ? ":authority" : name === ":authority" ? "host" : name;
  return headers[name] ?? headers[twin] ?? "";
}

function canonicalValue(value: string): string {
  return value.trim().replace(/ +/g, " ");
}
