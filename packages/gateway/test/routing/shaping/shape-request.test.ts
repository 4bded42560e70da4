import type { JsonObject } from "@outcrop/sdk";
import { describe, expect, test } from "vitest";
import { parseDefaultRequest } from "../../../src/routing/shaping/default-request.ts";
import { toOpenaiParameters } from "../../../src/routing/shaping/openai-parameters.ts";
import { shapeRequest } from "../../../src/routing/shaping/shape-request.ts";
import { createRequest, createRig } from "../rig.ts";

const tool = { type: "function", function: { name: "f", parameters: { type: "object" }, strict: true } };
const schema = { type: "json_schema", json_schema: { name: "s", schema: { type: "object" }, strict: true } };

/** What the model would be asked for, in OpenAI's words. */
function shape(body: JsonObject, defaults: JsonObject, additionalDropParams: readonly string[] = []) {
  const given = { request: createRequest(body), unsupported: [] };
  const { request, ...rest } = shapeRequest(given, parseDefaultRequest(defaults), { additionalDropParams });
  return { ...rest, body: toOpenaiParameters(request), messages: request.messages };
}

describe("a deployment's defaults", () => {
  const rows: readonly [string, JsonObject, JsonObject, JsonObject][] = [
    // request, defaults, what is asked for
    ["stand where the request is silent", {}, { temperature: 0.1 }, { temperature: 0.1 }],
    [
      "give way to the request",
      { temperature: 1 },
      { temperature: 0.1, top_p: 0.5 },
      { temperature: 1, top_p: 0.5 },
    ],
    ["give way to a zero", { temperature: 0 }, { temperature: 0.1 }, { temperature: 0 }],
    [
      "may be anything that the model knows",
      { own: 1 },
      { own: 2, other: { deep: true } },
      { own: 1, other: { deep: true } },
    ],
    ["know both names of the length", { max_completion_tokens: 5 }, { max_tokens: 9 }, { max_tokens: 5 }],
    [
      "may be tools",
      {},
      { tools: [tool], tool_choice: "required" },
      { tools: [tool], tool_choice: "required" },
    ],
    [
      "keep out of a request's own tools",
      { tools: [{ type: "function", function: { name: "g" } }] },
      { tools: [tool], tool_choice: "required" },
      { tools: [{ type: "function", function: { name: "g" } }] },
    ],
    [
      "merge with template variables",
      { chat_template_kwargs: { a: 1 } },
      { chat_template_kwargs: { a: 2, b: 3 } },
      { chat_template_kwargs: { a: 1, b: 3 } },
    ],
    ["may be a response format", {}, { response_format: schema }, { response_format: schema }],
    ["hold no stream and no messages", {}, { stream: true, stream_options: { include_usage: true } }, {}],
  ];
  test.each(rows)("%s", (_, body, defaults, expected) => {
    expect(shape(body, defaults).body).toEqual(expected);
  });

  test("are not hidden by what a client API left undefined", () => {
    const request = { ...createRequest(), parameters: { temperature: undefined } };
    const shaped = shapeRequest({ request, unsupported: [] }, parseDefaultRequest({ temperature: 0.5 }), {
      additionalDropParams: [],
    });
    expect(shaped.request.parameters.temperature).toBe(0.5);
  });

  test("that no wire has count as asked for", () => {
    const shaped = shape({}, { audio: { voice: "x" } });
    expect(shaped.unsupported).toEqual(["audio"]);
  });

  test("leave the messages alone", () => {
    expect(shape({}, { temperature: 1 }).messages).toEqual(createRequest().messages);
  });

  test("go to the model", async () => {
    const rig = createRig({ models: [{ name: "a", defaults: { temperature: 0.1, own: 1 } }] });
    await rig.ask("a", { request: createRequest({ temperature: 0.9 }) });
    expect(rig.client.calls[0]?.call.request).toMatchObject({
      parameters: { temperature: 0.9 },
      extra: { own: 1 },
    });
  });
});

describe("additional_drop_params", () => {
  const rows: readonly [string, JsonObject, readonly string[], JsonObject, readonly string[]][] = [
    // request, paths, what is asked for, what is reported
    ["drop a parameter", { seed: 1, top_p: 0.5 }, ["seed"], { top_p: 0.5 }, ["seed"]],
    [
      "drop a parameter under its other name",
      { max_completion_tokens: 5 },
      ["max_tokens"],
      {},
      ["max_tokens"],
    ],
    ["drop what only the model knows", { own: 1, other: 2 }, ["own"], { other: 2 }, ["own"]],
    ["drop inside of it", { own: { a: 1, b: 2 } }, ["own.a"], { own: { b: 2 } }, ["own.a"]],
    [
      "drop inside of every tool",
      { tools: [tool] },
      ["tools[*].function.strict"],
      { tools: [{ type: "function", function: { name: "f", parameters: { type: "object" } } }] },
      ["tools[*].function.strict"],
    ],
    [
      "drop inside of a schema",
      { response_format: schema },
      ["response_format.json_schema.strict"],
      { response_format: { type: "json_schema", json_schema: { name: "s", schema: { type: "object" } } } },
      ["response_format.json_schema.strict"],
    ],
    ["drop the choice with the tools", { tools: [tool], tool_choice: "required" }, ["tools"], {}, ["tools"]],
    ["say nothing of what isn't there", { seed: 1 }, ["top_k", "own.a"], { seed: 1 }, []],
    ["drop several", { seed: 1, top_k: 2, own: 1 }, ["seed", "own", "top_k"], {}, ["seed", "own", "top_k"]],
  ];
  test.each(rows)("%s", (_, body, paths, expected, reported) => {
    const shaped = shape(body, {}, paths);
    expect(shaped.body).toEqual(expected);
    expect(shaped.warnings).toEqual(
      reported.map((path) => `${path}: dropped, because additional_drop_params names it`),
    );
    expect(shaped.messages).toEqual(createRequest().messages);
  });

  test("drop defaults as well, and what no wire has", () => {
    const shaped = shape({}, { temperature: 1, audio: {} }, ["temperature", "audio"]);
    expect([shaped.body, shaped.unsupported, shaped.warnings.length]).toEqual([{}, [], 2]);
  });

  test("keep a prompt of the caller's own", () => {
    const request = { ...createRequest({ seed: 1 }), prompt: "Once" };
    const shaped = shapeRequest({ request, unsupported: [] }, parseDefaultRequest({}), {
      additionalDropParams: ["seed"],
    });
    expect([shaped.request.prompt, shaped.request.parameters]).toEqual(["Once", {}]);
  });

  test("are reported with the answer", async () => {
    const rig = createRig({ models: [{ name: "a", shaping: { additionalDropParams: ["seed"] } }] });
    const { warnings } = await rig.ask("a", { request: createRequest({ seed: 1 }) });
    expect(warnings).toEqual(["seed: dropped, because additional_drop_params names it"]);
    expect(rig.client.calls[0]?.call.request.parameters).toEqual({});
  });
});

describe("drop_params", () => {
  const rows: readonly [boolean, boolean | undefined, boolean][] = [
    [false, undefined, false],
    [true, undefined, true],
    [false, true, true],
    [true, false, false],
  ];
  test.each(rows)("is %s in the config and %s in the request: %s", async (configured, asked, expected) => {
    const rig = createRig({ models: [{ name: "a", shaping: { dropParams: configured } }] });
    await rig.ask("a", { dropParams: asked });
    expect(rig.client.calls[0]?.call.deployment.dropParams).toBe(expected);
  });
});

test("what no wire has goes on to the client, which refuses or drops it by name", async () => {
  const rig = createRig({ models: [{ name: "a", defaults: { audio: {} } }] });
  await rig.ask("a", { unsupported: ["functions"] });
  expect(rig.client.calls[0]?.call.unsupported).toEqual(["functions", "audio"]);
});
