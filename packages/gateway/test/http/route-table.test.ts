import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { clientKey, hashKey } from "../../src/http/client-key.ts";
import { type HttpRoute, createRouteTable } from "../../src/http/route-table.ts";

const handle = () => undefined;
const routes: readonly HttpRoute[] = [
  { method: "POST", path: "/v1/chat/completions", summary: "", handle },
  { method: "GET", path: "/v1/models", summary: "", handle },
  { method: "GET", path: "/v1/models/{id+}", summary: "", handle },
  { method: "POST", path: "/openai/deployments/{model}/chat/completions", summary: "", handle },
];
const table = createRouteTable(routes);

test.each([
  ["POST", "/v1/chat/completions", "/v1/chat/completions", {}],
  ["POST", "/v1/chat/completions/", "/v1/chat/completions", {}],
  ["HEAD", "/v1/models", "/v1/models", {}],
  ["GET", "/v1/models/a%2Fb", "/v1/models/{id+}", { id: "a/b" }],
  ["GET", "/v1/models/bedrock/x/y", "/v1/models/{id+}", { id: "bedrock/x/y" }],
  [
    "POST",
    "/openai/deployments/my%20model/chat/completions",
    "/openai/deployments/{model}/chat/completions",
    { model: "my model" },
  ],
])("%s %s finds %s", (method, path, route, params) => {
  expect(table(method, path)).toMatchObject({ kind: "found", route: { path: route }, params });
});

test.each([
  ["GET", "/v1/chat/completions", { kind: "wrong-method", allowed: ["POST"] }],
  ["POST", "/v1/models/x", { kind: "wrong-method", allowed: ["GET"] }],
  ["GET", "/", { kind: "unknown" }],
  ["GET", "/v1/models/%ff", { kind: "unknown" }],
  ["POST", "//v1/chat/completions", { kind: "unknown" }],
  ["POST", "/V1/chat/completions", { kind: "unknown" }],
])("%s %s is none", (method, path, expected) => {
  expect(table(method, path)).toEqual(expected);
});

test.each([
  [{ authorization: "Bearer sk-1" }, "sk-1"],
  [{ authorization: "bearer  sk-1 " }, "sk-1"],
  [{ authorization: "sk-1" }, undefined],
  [{ authorization: "Basic c2s=" }, undefined],
  [{ "x-litellm-api-key": "sk-2", authorization: "Bearer sk-1" }, "sk-2"],
  [{ "x-litellm-api-key": "Bearer sk-2" }, "sk-2"],
  [{ "api-key": "sk-3" }, "sk-3"],
  [{ "x-api-key": "sk-4" }, "sk-4"],
  [{ "x-goog-api-key": "sk-5" }, "sk-5"],
  [{ "ocp-apim-subscription-key": "sk-6" }, "sk-6"],
  [{}, undefined],
])("the key of %j is %s", (headers, key) => {
  expect(clientKey(headers)).toBe(key);
});

test("keys are the same or not, whatever their lengths", () => {
  expect(hashKey("sk-1")).toBe(createHash("sha256").update("sk-1").digest("hex"));
  expect(hashKey("sk-1")).toBe(hashKey("sk-1"));
  expect(hashKey("sk-1")).not.toBe(hashKey("sk-12"));
});
