import type { JsonObject } from "@outcrop/sdk";
import { expect, test } from "vitest";
import { type CacheControls, parseCacheControls } from "../../src/cache/cache-controls.ts";

const none: CacheControls = {
  ttl: undefined,
  maxAge: undefined,
  noCache: false,
  noStore: false,
  namespace: undefined,
  useCache: undefined,
};

test.each<[JsonObject, Partial<CacheControls>]>([
  [{}, {}],
  [{ ttl: 300 }, { ttl: 300 }],
  [{ ttl: 0 }, { ttl: 0 }],
  [{ ttl: 0.5 }, { ttl: 0.5 }],
  [{ "s-maxage": 600 }, { maxAge: 600 }],
  [{ "s-max-age": 600 }, { maxAge: 600 }],
  [{ "no-cache": true }, { noCache: true }],
  [{ "no-store": true, "no-cache": false }, { noStore: true }],
  [{ namespace: "team" }, { namespace: "team" }],
  [{ "use-cache": true }, { useCache: true }],
  [{ "use-cache": false }, { useCache: false }],
  [{ ttl: null, "no-cache": null, namespace: null }, {}],
])("%o is read", (given, read) => expect(parseCacheControls(given)).toEqual({ ...none, ...read }));

test.each<[JsonObject, string]>([
  [{ ttl: "300" }, "cache.ttl"],
  [{ ttl: -1 }, "cache.ttl"],
  [{ ttl: 1e12 }, "cache.ttl"],
  [{ "s-maxage": true }, "cache.s-maxage"],
  [{ "no-cache": "yes" }, "cache.no-cache"],
  [{ "no-store": 1 }, "cache.no-store"],
  [{ namespace: 7 }, "cache.namespace"],
  [{ nocache: true }, "cache.nocache"],
])("%o is refused, and %s named", (given, param) => {
  expect(() => parseCacheControls(given)).toThrow(
    expect.objectContaining({ code: "invalid_request", param }),
  );
});
