import type { IncomingMessage, ServerResponse } from "node:http";
import type { JsonObject, OutcropError } from "@outcrop/sdk";

/** One request on its way through the gateway. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The route's pattern: what logs and metrics call the path. */
  readonly route: string;
  /** What the path's `{names}` stand for, decoded. */
  readonly params: Readonly<Record<string, string>>;
}

/** A path that the gateway answers. */
export interface HttpRoute {
  readonly method: "GET" | "POST" | "DELETE";
  /** Segments in braces match one segment each: `/v1/models/{id}`. */
  readonly path: string;
  /** One line for people, in the list of routes. */
  readonly summary: string;
  /** Whether it answers without a key. Everything else passes the one gate. */
  readonly public?: boolean;
  /** Whether its handler tells the observers of the request; else the server does. */
  readonly recordsItself?: boolean;
  /** The error envelope of this path's clients. Default: OpenAI's. */
  readonly encodeError?: (error: OutcropError) => JsonObject;
  handle(exchange: Exchange): Promise<void> | void;
}

/** What a method and a path lead to. */
export type RouteMatch =
  | { readonly kind: "found"; readonly route: HttpRoute; readonly params: Readonly<Record<string, string>> }
  | { readonly kind: "wrong-method"; readonly allowed: readonly string[] }
  | { readonly kind: "unknown" };

/** Finds the route of a method and a path. */
export type RouteTable = (method: string, path: string) => RouteMatch;

/** Compiles routes: exact paths are one look-up, patterns are tried in order. */
export function createRouteTable(routes: readonly HttpRoute[]): RouteTable {
  const exact = new Map<string, HttpRoute[]>();
  /** What method and path have led to; only paths of the table are kept, so that it stays small. */
  const found = new Map<string, RouteMatch>();
  const patterns: { route: HttpRoute; segments: readonly string[] }[] = [];
  for (const route of routes) {
    if (route.path.includes("{")) patterns.push({ route, segments: route.path.split("/") });
    else exact.set(route.path, [...(exact.get(route.path) ?? []), route]);
  }

  return (method, given) => {
    const key = `${method} ${given}`;
    const known = found.get(key);
    if (known) return known;
    const match = find(method, given);
    if (match.kind === "found" && exact.has(given)) found.set(key, match);
    return match;
  };

  function find(method: string, given: string): RouteMatch {
    const path = given.length > 1 && given.endsWith("/") ? given.slice(0, -1) : given;
    const candidates: { route: HttpRoute; params: Readonly<Record<string, string>> }[] = (
      exact.get(path) ?? []
    ).map((route) => ({ route, params: {} }));
    if (candidates.length === 0) {
      for (const { route, segments } of patterns) {
        const params = matchSegments(segments, path.split("/"));
        if (params) candidates.push({ route, params });
      }
    }
    const fitting = candidates.find(
      ({ route }) => route.method === method || (method === "HEAD" && route.method === "GET"),
    );
    if (fitting) return { kind: "found", ...fitting };
    if (candidates.length === 0) return { kind: "unknown" };
    return { kind: "wrong-method", allowed: candidates.map(({ route }) => route.method) };
  }
}

/** A last segment `{name+}` takes the rest of the path. */
function matchSegments(
  pattern: readonly string[],
  path: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const rest = pattern.at(-1)?.endsWith("+}") ?? false;
  if (rest ? path.length < pattern.length : path.length !== pattern.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of pattern.entries()) {
    const last = rest && index === pattern.length - 1;
    const value = last ? path.slice(index).join("/") : (path[index] ?? "");
    if (segment.startsWith("{")) {
      const decoded = decode(value);
      if (decoded === undefined || decoded === "") return undefined;
      params[segment.slice(1, last ? -2 : -1)] = decoded;
    } else if (segment !== value) return undefined;
  }
  return params;
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
