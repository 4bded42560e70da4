import type { ChatRequest } from "@outcrop/sdk";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CacheableCall, cacheKey } from "../../src/cache/cache-key.ts";
import { call, request } from "./calls.ts";

const keyOf = (own: Partial<CacheableCall> = {}, namespace?: string) =>
  cacheKey({ ...call(), ...own }, namespace);
const ofRequest = (own: Partial<ChatRequest>) => keyOf({ request: request(own) });

test("is a SHA-256 in hex", () => expect(keyOf()).toMatch(/^[0-9a-f]{64}$/));

describe("is another for another call", () => {
  const schema = { type: "object", properties: { a: {}, b: {} } };
  const tool = { name: "f", parameters: schema };
  const rows: Readonly<Record<string, ReturnType<typeof cacheKey>>> = {
    base: keyOf(),
    model: keyOf({ model: "llama" }),
    namespace: keyOf({}, "team"),
    unsupported: keyOf({ unsupported: ["audio"] }),
    dropParams: keyOf({ options: { dropParams: true } }),
    tags: keyOf({ options: { tags: ["paid"] } }),
    text: ofRequest({ messages: [{ role: "user", content: "Say hello" }] }),
    role: ofRequest({ messages: [{ role: "system", content: "Say hello." }] }),
    parts: ofRequest({ messages: [{ role: "user", content: [{ type: "text", text: "Say hello." }] }] }),
    image: ofRequest({
      messages: [{ role: "user", content: [{ type: "image", url: "data:image/png;base64,AA" }] }],
    }),
    twice: ofRequest({ messages: [...request().messages, ...request().messages] }),
    prompt: ofRequest({ prompt: "Say hello." }),
    temperature: ofRequest({ parameters: { temperature: 0.6, maxTokens: 64 } }),
    maxTokens: ofRequest({ parameters: { temperature: 0.5 } }),
    seed: ofRequest({ parameters: { temperature: 0.5, maxTokens: 64, seed: 1 } }),
    tools: ofRequest({ tools: [tool] }),
    toolOrder: ofRequest({
      tools: [{ ...tool, parameters: { type: "object", properties: { b: {}, a: {} } } }],
    }),
    toolChoice: ofRequest({ tools: [tool], toolChoice: "required" }),
    thinking: ofRequest({ chatTemplateKwargs: { enable_thinking: false } }),
    extra: ofRequest({ extra: { top_k: 5 } }),
    extraText: ofRequest({ extra: { top_k: "5" } }),
  };

  test.each(Object.keys(rows))("%s", (name) => {
    const others = Object.entries(rows).filter(([other]) => other !== name);
    expect(others.filter(([, key]) => key === rows[name])).toEqual([]);
  });
});

describe("is the same", () => {
  test("however the fields are ordered", () => {
    const one = request({
      parameters: { temperature: 0, seed: 1, logitBias: { a: 1, b: 2 } },
      extra: { x: 1, y: [1, 2] },
      messages: [{ role: "tool", content: "c", toolCallId: "1" }],
    });
    const other = request({
      messages: [{ toolCallId: "1", content: "c", role: "tool" }],
      extra: { y: [1, 2], x: 1 },
      parameters: { logitBias: { b: 2, a: 1 }, seed: 1, temperature: 0 },
    });
    expect(keyOf({ request: one })).toBe(keyOf({ request: other }));
  });

  test("whether a field is absent or not set", () => {
    expect(ofRequest({ toolChoice: undefined, prompt: undefined })).toBe(keyOf());
  });

  test("whatever the order of tags and of unsupported parameters", () => {
    expect(keyOf({ unsupported: ["a", "b"], options: { tags: ["x", "y"] } })).toBe(
      keyOf({ unsupported: ["b", "a"], options: { tags: ["y", "x"] } }),
    );
  });

  test("for any shuffle of the keys of any extra fields", () => {
    const fields = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 8 });
    fc.assert(
      fc.property(fields, (extra) => {
        const turned = Object.fromEntries(Object.entries(extra).toReversed());
        expect(ofRequest({ extra: turned })).toBe(ofRequest({ extra }));
      }),
    );
  });
});

test("texts that only look alike in JSON differ", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (one, other) => {
      const keys = [one, other].map((content) => ofRequest({ messages: [{ role: "user", content }] }));
      expect(keys[0] === keys[1]).toBe(one === other);
    }),
  );
});

test("that of a call with many images is made in turns, and tells one image from another", async () => {
  const withImage = (base64: string) =>
    ofRequest({
      messages: [{ role: "user", content: [{ type: "image", url: `data:image/png;base64,${base64}` }] }],
    });
  const image = "iVBORw0KGgo=".repeat(400_000);
  let turns = 0;
  let isOver = false;
  const count = () => void (turns++, isOver || setImmediate(count));
  setImmediate(count);
  const key = await withImage(image);
  isOver = true;
  expect(turns).toBeGreaterThan(2);
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  expect(await withImage(image)).toBe(key);
  expect(await withImage(`${image}A`)).not.toBe(key);
});
