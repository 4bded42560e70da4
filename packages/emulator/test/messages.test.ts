import { describe, expect, test } from "vitest";
import { AwsFailure } from "../src/aws/failure.ts";
import { toFoundationModel, toImportedModel } from "../src/models/declare.ts";
import type { Model } from "../src/models/model.ts";
import { parseChatPrompt } from "../src/prompt/chat-messages.ts";
import { parseConversePrompt } from "../src/prompt/converse-messages.ts";
import { parseImageUrl } from "../src/prompt/images.ts";
import { readBoolean, readNumber } from "../src/prompt/malformed.ts";
import { lastUserText } from "../src/prompt/prompt.ts";
import type { Prompt } from "../src/prompt/prompt.ts";
import { parseConverseParameters } from "../src/runtime/converse-parameters.ts";
import { parseConstraint, parseOpenAiParameters, parseStop } from "../src/runtime/parameters.ts";
import { pixel, weatherTool } from "./rig.ts";
import type { Json } from "./rig.ts";

const home = { region: "us-east-1", account: "123456789012" };
const seeing = toImportedModel({ name: "m", architecture: "qwen2_5_vl" }, home);
const thinking = toImportedModel({ name: "m", architecture: "qwen3" }, home);
const llama = toImportedModel({ name: "m", architecture: "llama" }, home);
const kimi = toFoundationModel({ id: "moonshot.kimi-k2-thinking", dialect: "kimi" });

function refusalOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof AwsFailure && error.exception === "ValidationException") return error.message;
    throw error;
  }
  throw new Error("it was taken");
}

describe("messages of a chat", () => {
  const read = (messages: Json, rest: Json = {}, model: Model = llama): Prompt =>
    parseChatPrompt({ messages, ...rest }, model);

  test("all roles are understood", () => {
    const { turns, text } = read([
      { role: "system", content: "s" },
      { role: "developer", content: "d" },
      { role: "user", content: "u" },
      { role: "assistant", content: "a" },
      { role: "tool", content: "t", tool_call_id: "x" },
    ]);
    expect(turns.map(({ role }) => role)).toEqual(["system", "system", "user", "assistant", "tool"]);
    expect(text).toBe("system: s\nsystem: d\nuser: u\nassistant: a\ntool: t");
  });

  test.each<[what: string, content: Json, text: string]>([
    ["text", "a", "a"],
    [
      "parts",
      [
        { type: "text", text: "a" },
        { type: "text", text: "b" },
      ],
      "a\nb",
    ],
    ["no part", [], ""],
    ["an empty text", "", ""],
  ])("content may be %s", (_, content, text) => {
    expect(lastUserText(read([{ role: "user", content }]))).toBe(text);
  });

  test("images are counted and measured", () => {
    const url = `data:image/webp;base64,${pixel}`;
    const content = [
      { type: "image_url", image_url: { url } },
      { type: "image_url", image_url: url },
    ];
    const [turn] = read([{ role: "user", content }], {}, seeing).turns;
    const bytes = Buffer.from(pixel, "base64").length;
    expect(turn?.images).toEqual([
      { format: "webp", bytes },
      { format: "webp", bytes },
    ]);
  });

  test("calls of an assistant are known by their names", () => {
    const tool_calls = [{ id: "1", type: "function", function: { name: "f", arguments: "{}" } }];
    expect(read([{ role: "assistant", content: null, tool_calls }]).turns[0]?.calls).toEqual(["f"]);
  });

  test.each<[tools: Json, choice: Json, expected: object]>([
    [undefined, undefined, { type: "auto" }],
    [[weatherTool], null, { type: "auto" }],
    [[weatherTool], "auto", { type: "auto" }],
    [[weatherTool], "none", { type: "none" }],
    [[weatherTool], "required", { type: "required" }],
    [
      [weatherTool],
      { type: "function", function: { name: "get_weather" } },
      { type: "tool", name: "get_weather" },
    ],
  ])("tools %j and choice %j", (tools, tool_choice, expected) => {
    const prompt = read([{ role: "user", content: "x" }], { tools, tool_choice });
    expect(prompt.toolChoice).toEqual(expected);
    expect(prompt.tools.map(({ name }) => name)).toEqual(tools === undefined ? [] : ["get_weather"]);
  });

  test.each<[what: string, messages: Json, rest: Json, thinks: boolean]>([
    ["by itself", [{ role: "user", content: "x" }], {}, true],
    [
      "not when the template is told so",
      [{ role: "user", content: "x" }],
      { chat_template_kwargs: { enable_thinking: false } },
      false,
    ],
    ["not when the user says so", [{ role: "user", content: "x /no_think" }], {}, false],
    [
      "not when the system says so",
      [
        { role: "user", content: "x" },
        { role: "system", content: "/no_think" },
      ],
      {},
      false,
    ],
    [
      "again when only an earlier turn said so",
      [
        { role: "user", content: "/no_think" },
        { role: "assistant", content: "y" },
        { role: "user", content: "x" },
      ],
      {},
      true,
    ],
  ])("Qwen3 thinks %s", (_, messages, rest, thinks) => {
    expect(read(messages, rest, thinking).thinks).toBe(thinks);
  });

  test.each<[what: string, messages: Json, rest: Json, text: string]>([
    [
      "a role that is a name of every object",
      [{ role: "constructor", content: "x" }],
      {},
      "constructor is not a valid enum value",
    ],
    ["no role", [{ content: "x" }], {}, "#/messages/0/role: expected type: String, found: Null"],
    [
      "a number as content",
      [{ role: "user", content: 5 }],
      {},
      "#/messages/0/content: expected type: JSONArray, found: Integer",
    ],
    [
      "a part that is a text",
      [{ role: "user", content: ["x"] }],
      {},
      "#/messages/0/content/0: expected type: JSONObject, found: String",
    ],
    [
      "a part without text",
      [{ role: "user", content: [{ type: "text" }] }],
      {},
      "#/messages/0/content/0/text: expected type: String",
    ],
    [
      "an image without address",
      [{ role: "user", content: [{ type: "image_url", image_url: {} }] }],
      {},
      "#/messages/0/content/0/image_url/url: expected type: String",
    ],
    [
      "tools that are no list",
      [{ role: "user", content: "x" }],
      { tools: {} },
      "#/tools: expected type: JSONArray, found: JSONObject",
    ],
    [
      "a tool without name",
      [{ role: "user", content: "x" }],
      { tools: [{ function: {} }] },
      "#/tools/0/function/name",
    ],
    [
      "a choice that isn't offered",
      [{ role: "user", content: "x" }],
      { tools: [weatherTool], tool_choice: { function: { name: "other" } } },
      "#/tool_choice",
    ],
  ])("%s is refused", (_, messages, rest, text) => {
    expect(refusalOf(() => read(messages, rest))).toContain(text);
  });
});

describe("images", () => {
  test.each([
    ["data:image/png;base64,AAAA", "png", 3],
    ["data:image/JPG;base64,AAA=", "jpeg", 2],
    ["DATA:image/gif;base64,AA==", "gif", 1],
    ["data:image/webp;base64,AAAA\r\nAAAA", "webp", 6],
    ["data:image/png;base64,-_-_", "png", 3],
  ])("%s", (url, format, bytes) => {
    expect(parseImageUrl(url, "/url")).toEqual({ format, bytes });
  });

  test.each([
    "",
    "data:",
    "data:image/png;base64",
    "data:image/png;base64,",
    "data:image/tiff;base64,AAAA",
    "data:image/png,AAAA",
    "data:image/png;base64,A A",
    "http://a/b.png",
    "HTTPS://a/b.png",
    "/9j/4AAQ",
  ])("%j is refused", (url) => {
    expect(refusalOf(() => parseImageUrl(url, "/url"))).toContain("#/url");
  });
});

describe("messages of Converse", () => {
  const read = (body: Json, model: Model = llama): Prompt => parseConversePrompt(body, model);
  const toolConfig = {
    tools: [{ toolSpec: { name: "f", description: "d", inputSchema: { json: { type: "object" } } } }],
  };

  test("blocks become turns, results first", () => {
    const { turns, tools } = read({
      system: [{ text: "s1" }, { text: "s2" }, { cachePoint: { type: "default" } }],
      messages: [
        { role: "user", content: [{ text: "a" }, { text: "b" }] },
        {
          role: "assistant",
          content: [
            { reasoningContent: { reasoningText: { text: "hm" } } },
            { text: "c" },
            { toolUse: { toolUseId: "1", name: "f", input: {} } },
          ],
        },
        {
          role: "user",
          content: [
            { text: "d" },
            { toolResult: { toolUseId: "1", content: [{ text: "r" }, { json: { a: 1 } }] } },
          ],
        },
      ],
      toolConfig,
    });
    expect(turns).toMatchObject([
      { role: "system", text: "s1" },
      { role: "system", text: "s2" },
      { role: "user", text: "a\nb" },
      { role: "assistant", text: "c", calls: ["f"] },
      { role: "tool", text: 'r\n{"a":1}' },
      { role: "user", text: "d" },
    ]);
    expect(tools).toEqual([{ name: "f", description: "d", parameters: { type: "object" } }]);
  });

  test.each<[choice: Json, expected: object]>([
    [undefined, { type: "auto" }],
    [{ auto: {} }, { type: "auto" }],
    [{ any: {} }, { type: "required" }],
    [{ tool: { name: "f" } }, { type: "tool", name: "f" }],
  ])("tool choice %j", (toolChoice, expected) => {
    const body = {
      messages: [{ role: "user", content: [{ text: "x" }] }],
      toolConfig: { ...toolConfig, toolChoice },
    };
    expect(read(body).toolChoice).toEqual(expected);
  });

  test.each<[what: string, content: Json, text: string]>([
    ["a video", [{ video: {} }], "doesn't support the video field for user messages"],
    ["a document", [{ document: {} }], "doesn't support the document field"],
    ["an empty block", [{}], "doesn't support the content field"],
    ["reasoning by the user", [{ reasoningContent: {} }], "doesn't support the reasoningContent field"],
    ["a number as text", [{ text: 5 }], "is blank"],
    ["broken image bytes", [{ image: { format: "png", source: { bytes: "%" } } }], "not valid base64"],
  ])("%s is refused", (_, content, text) => {
    const model = toImportedModel({ name: "m", architecture: "mllama" }, home);
    expect(refusalOf(() => read({ messages: [{ role: "user", content }] }, model))).toContain(text);
  });

  test("messages are counted from nought in AWS's texts", () => {
    const messages = [
      { role: "user", content: [{ text: "a" }] },
      { role: "assistant", content: [{ text: "b" }] },
      { role: "user", content: [] },
    ];
    expect(refusalOf(() => read({ messages }, kimi))).toContain("messages.2 is empty");
  });
});

describe("parameters", () => {
  test.each<[body: Json, expected: object]>([
    [{}, { maxTokens: undefined, stop: [], choices: 1, constraint: undefined }],
    [{ max_tokens: 5, max_completion_tokens: 6 }, { maxTokens: 6 }],
    [
      { max_tokens: null, temperature: null, stop: null, n: null },
      { maxTokens: undefined, stop: [], choices: 1 },
    ],
    [
      { temperature: 0, top_p: 1, n: 16, prompt_logprobs: 0 },
      { temperature: 0, topP: 1, choices: 16, promptLogprobs: 0 },
    ],
  ])("%j", (body, expected) => {
    expect(parseOpenAiParameters(body)).toMatchObject(expected);
  });

  test.each<[value: Json, expected: readonly string[]]>([
    [undefined, []],
    ["x", ["x"]],
    ["", []],
    [
      ["a", "", "b"],
      ["a", "b"],
    ],
  ])("stop %j", (value, expected) => {
    expect(parseStop(value)).toEqual(expected);
  });

  test.each<[body: Json, expected: object | undefined]>([
    [{}, undefined],
    [{ response_format: null, structured_outputs: null }, undefined],
    [{ response_format: { type: "text" } }, undefined],
    [{ response_format: { type: "json_object" } }, { type: "json-object" }],
    [
      { response_format: { type: "json_schema", json_schema: { name: "n", schema: { type: "null" } } } },
      { type: "json", schema: { type: "null" } },
    ],
    [
      { response_format: { type: "json_schema", json_schema: { type: "null" } } },
      { type: "json", schema: { type: "null" } },
    ],
    [
      {
        response_format: { type: "json_schema", json_schema: { type: "object", properties: { schema: {} } } },
      },
      { type: "json", schema: { type: "object", properties: { schema: {} } } },
    ],
    [{ structured_outputs: { regex: "a", json: null } }, { type: "regex", pattern: "a" }],
    [{ structured_outputs: { grammar: "g" } }, { type: "grammar", grammar: "g" }],
    [
      { structured_outputs: { choice: ["a"] }, response_format: { type: "json_object" } },
      { type: "choice", choices: ["a"] },
    ],
  ])("constraint of %j", (body, expected) => {
    expect(parseConstraint(body)).toEqual(expected);
  });

  test.each<[Json, string]>([
    [{ structured_outputs: {} }, "exactly one"],
    [{ structured_outputs: { xml: "a" } }, "#/structured_outputs/xml"],
    [{ structured_outputs: 5 }, "#/structured_outputs: expected type: JSONObject"],
    [
      { response_format: { type: "json_schema" } },
      "#/response_format/json_schema: expected type: JSONObject",
    ],
    [{ response_format: "json" }, "#/response_format: expected type: JSONObject, found: String"],
  ])("%j is refused", (body, text) => {
    expect(refusalOf(() => parseConstraint(body))).toContain(text);
  });

  test.each<[inference: Json, expected: object]>([
    [{}, { maxTokens: undefined, stop: [], temperature: undefined }],
    [
      { maxTokens: 1, temperature: 0, topP: 1, stopSequences: ["x"] },
      { maxTokens: 1, temperature: 0, topP: 1, stop: ["x"] },
    ],
  ])("of Converse: %j", (inferenceConfig, expected) => {
    expect(parseConverseParameters({ inferenceConfig }, llama)).toMatchObject(expected);
  });

  test("Kimi stops by itself at 4096", () => {
    expect(parseConverseParameters({}, kimi).maxTokens).toBe(4096);
    expect(parseConverseParameters({ inferenceConfig: { maxTokens: 9 } }, kimi).maxTokens).toBe(9);
  });

  test.each<[Json, string]>([
    [{ maxTokens: 0 }, "Value '0' at 'inferenceConfig.maxTokens'"],
    [{ maxTokens: "5" }, "Member must be a number"],
    [{ temperature: -1 }, "greater than or equal to 0"],
    [{ topP: 2 }, "less than or equal to 1"],
  ])("of Converse: %j is refused", (inferenceConfig, text) => {
    expect(refusalOf(() => parseConverseParameters({ inferenceConfig }, llama))).toContain(text);
  });

  test("a schema of Converse is a text", () => {
    const outputConfig = (schema: unknown): Json => ({
      outputConfig: { textFormat: { type: "json_schema", structure: { jsonSchema: { schema } } } },
    });
    expect(parseConverseParameters(outputConfig('{"type":"null"}'), llama).constraint).toEqual({
      type: "json",
      schema: { type: "null" },
    });
    expect(refusalOf(() => parseConverseParameters(outputConfig("{"), llama))).toContain(
      "outputConfig/textFormat",
    );
  });

  test.each<[bounds: Parameters<typeof readNumber>[2], value: Json, text: string | undefined]>([
    [{ low: 0, high: 2 }, 2, undefined],
    [{ low: 0, high: 2 }, 0, undefined],
    [{ low: 0, above: true }, 0, "0 is not greater than 0"],
    [{ low: 0, high: 2 }, 2.1, "2.1 is not less or equal to 2"],
    [{ low: 0, integer: true }, 0.5, "expected type: Integer, found: Number"],
    [{ low: 0 }, "1", "expected type: Number, found: String"],
    [{ low: 0 }, true, "expected type: Number, found: Boolean"],
    [{ low: 0 }, [], "expected type: Number, found: JSONArray"],
  ])("a number within %j: %j", (bounds, value, text) => {
    const read = (): unknown => readNumber({ x: value }, "x", bounds);
    if (text === undefined) expect(read()).toBe(value);
    else expect(refusalOf(read)).toContain(`#/x: ${text}`);
  });

  test("a flag is true, false, or absent", () => {
    expect([readBoolean({ x: true }, "x"), readBoolean({}, "x"), readBoolean({ x: null }, "x")]).toEqual([
      true,
      false,
      false,
    ]);
    expect(refusalOf(() => readBoolean({ x: 1 }, "x"))).toContain("expected type: Boolean, found: Integer");
  });
});
