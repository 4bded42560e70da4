/** A request's URL; what it says of the host does not count. `undefined`: it is none. */
export function parseUrl(text: string): URL | null {
  return URL.parse(text, "http://gateway");
}

/** The parameters behind a request's path. */
export function queryOf({ url = "/" }: { readonly url?: string | undefined }): URLSearchParams {
  return parseUrl(url)?.searchParams ?? new URLSearchParams();
}
