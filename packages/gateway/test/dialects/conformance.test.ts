import {
  type ErrorCode,
  type JsonObject,
  type JsonValue,
  OutcropError,
  errorTable,
  isJsonObject,
} from "@outcrop/sdk";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anthropicMessages } from "../../src/dialects/anthropic-messages.ts";
import type { Dialect } from "../../src/dialects/dialect.ts";
import { openaiChat } from "../../src/dialects/openai-chat.ts";
import { openaiCompletions } from "../../src/dialects/openai-completions.ts";
import { openaiResponses } from "../../src/dialects/openai-responses.ts";
import { answers, foldEvents } from "./chat-events.ts";
import { identity, readEvents, streamText } from "./dialect-server.ts";

interface Subject {
  readonly dialect: Dialect;
  /** A request that uses what there is to use. */
  readonly body: JsonObject;
  /** What only a finished stream has. */
  readonly endMark: string;
}

const schema = { type: "object", properties: { city: { type: "string" } } };
const image = "data:image/png;base64,aGk=";
const sampling = { model: "house-model", temperature: 0.5, top_p: 0.9, stream: false };

const chat: JsonObject = {
  ...sampling,
  messages: [
    { role: "system", content: "Be kind." },
    {
      role: "user",
      content: [
        { type: "text", text: "Hi" },
        { type: "image_url", image_url: { url: image } },
      ],
    },
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{}" } }],
    },
    { role: "tool", tool_call_id: "c", content: "x" },
  ],
  tools: [{ type: "function", function: { name: "f", parameters: schema } }],
  tool_choice: { type: "function", function: { name: "f" } },
  response_format: { type: "json_schema", json_schema: { name: "n", schema } },
  stop: ["END"],
  stream_options: { include_usage: true },
};

const completions: JsonObject = {
  ...sampling,
  prompt: ["a", "b"],
  logprobs: 2,
  n: 2,
  stop: "END",
  max_tokens: 5,
};

const messages: JsonObject = {
  ...sampling,
  max_tokens: 64,
  system: [{ type: "text", text: "Be kind." }],
  messages: [
    {
      role: "user",
      content: [
        { type: "text", text: "Hi" },
        { type: "image", source: { type: "base64", media_type: "image/png", data: "aGk=" } },
      ],
    },
    {
      role: "assistant",
      content: [
        { type: "thinking", thinking: "Hm", signature: "" },
        { type: "tool_use", id: "c", name: "f", input: {} },
      ],
    },
    {
      role: "user",
      content: [
        { type: "tool_result", tool_use_id: "c", is_error: true, content: [{ type: "text", text: "x" }] },
      ],
    },
  ],
  tools: [{ name: "f", input_schema: schema }],
  tool_choice: { type: "tool", name: "f", disable_parallel_tool_use: true },
  thinking: { type: "enabled", budget_tokens: 1024 },
  output_config: { format: { type: "json_schema", schema }, effort: "low" },
  stop_sequences: ["END"],
  metadata: { user_id: "u" },
};

const responses: JsonObject = {
  ...sampling,
  instructions: "Be kind.",
  input: [
    {
      role: "user",
      content: [
        { type: "input_text", text: "Hi" },
        { type: "input_image", image_url: image, detail: "low" },
      ],
    },
    {
      type: "reasoning",
      summary: [{ type: "summary_text", text: "Hm" }],
      content: [{ type: "reasoning_text", text: "Hm" }],
    },
    { type: "function_call", call_id: "c", name: "f", arguments: "{}" },
    { type: "function_call_output", call_id: "c", output: "x" },
  ],
  tools: [{ type: "function", name: "f", parameters: schema, strict: true }, { type: "web_search" }],
  tool_choice: { type: "allowed_tools", mode: "auto", tools: [{ type: "function", name: "f" }] },
  text: { format: { type: "json_schema", name: "n", schema }, verbosity: "low" },
  reasoning: { effort: "low", summary: "auto" },
  include: ["message.output_text.logprobs"],
  top_logprobs: 2,
  metadata: { a: "b" },
  truncation: "auto",
  store: true,
};

const subjects: readonly Subject[] = [
  { dialect: openaiChat, body: chat, endMark: "[DONE]" },
  { dialect: openaiCompletions, body: completions, endMark: "[DONE]" },
  { dialect: anthropicMessages, body: messages, endMark: "message_stop" },
  { dialect: openaiResponses, body: responses, endMark: "response.completed" },
];

describe.each(subjects.map((subject) => [subject.dialect.name, subject] as const))(
  "%s",
  (_, { dialect, body, endMark }) => {
    it("takes a request that uses all there is", () => {
      expect(dialect.parse(body)).toMatchObject({ model: "house-model", stream: false });
    });

    it("needs the name of a model", () => {
      const { model, ...rest } = body;
      expect(model).toBeDefined();
      expect(() => dialect.parse(rest)).toThrow(
        expect.objectContaining({ code: "invalid_request", param: "model" }),
      );
    });

    it("refuses whatever is wrong with a 400 that names the place, and throws nothing else", () => {
      fc.assert(
        fc.property(damaged(body), (wrong) => {
          try {
            dialect.parse(wrong);
          } catch (error) {
            expect(error).toBeInstanceOf(OutcropError);
            const { status, param } = error as OutcropError;
            expect(status).toBe(400);
            expect(param).toMatch(/^[a-z_]+([.[]|$)/);
          }
        }),
        { numRuns: 2000 },
      );
    });

    it("changes nothing in the body that it reads", () => {
      const before = structuredClone(body);
      dialect.parse(body);
      expect(body).toEqual(before);
    });

    it("writes the end mark at the end alone, and never after a failure", () => {
      const call = dialect.parse(body);
      const failure = new OutcropError("stream_incomplete", "cut");
      fc.assert(
        fc.property(answers({ ordered: false, choices: 1 }), (events) => {
          const isMark = ({ event, data }: ReturnType<typeof readEvents>[number]) =>
            data === endMark || event === endMark;
          const spoken = events.map((event) =>
            event.type === "finish" ? { ...event, reasons: ["stop" as const] } : event,
          );
          const marks = readEvents(streamText(call, { events: spoken })).map(isMark);
          expect(marks.indexOf(true)).toBe(marks.length - 1);
          expect(readEvents(streamText(call, { events: spoken, failure })).some(isMark)).toBe(false);
        }),
        { numRuns: 50 },
      );
    });

    it("keeps what two streams say apart", () => {
      const call = dialect.parse(body);
      fc.assert(
        fc.property(answers({ ordered: true }), answers({ ordered: true }), (first, second) => {
          const alone = streamText(call, { events: first });
          const encoders = [call.createStreamEncoder(identity), call.createStreamEncoder(identity)] as const;
          let text = "";
          for (let place = 0; place < Math.max(first.length, second.length); place++) {
            const [mine, other] = [first[place], second[place]];
            if (mine) text += encoders[0].push(mine);
            if (other) encoders[1].push(other);
          }
          expect(text + encoders[0].end()).toBe(alone);
        }),
        { numRuns: 50 },
      );
    });

    it("can write every answer as JSON", () => {
      const call = dialect.parse(body);
      fc.assert(
        fc.property(answers({ ordered: false, logprobs: true }), (events) => {
          const whole = call.encodeWhole(foldEvents(events), identity);
          expect(JSON.parse(JSON.stringify(whole))).toMatchObject({ model: "house-model" });
        }),
        { numRuns: 50 },
      );
    });

    it("tells every error in its envelope", () => {
      for (const code of Object.keys(errorTable) as ErrorCode[]) {
        const envelope = dialect.encodeError(new OutcropError(code, "why", { param: "a.b" }));
        expect(envelope).toMatchObject({ error: { message: "why", type: expect.any(String) as string } });
      }
    });
  },
);

/** A good body with a value put somewhere that does not belong there, or with one left out. */
function damaged(body: JsonObject): fc.Arbitrary<JsonObject> {
  const paths = pathsIn(body);
  const odd = fc.oneof(
    fc.constantFrom<JsonValue | undefined>(
      undefined,
      null,
      true,
      -1,
      1.5,
      1e308,
      "",
      "x",
      [],
      {},
      [[]],
      [null],
      ["x"],
      [{}],
      { type: "constructor" },
      { role: "__proto__" },
    ),
    fc.jsonValue({ maxDepth: 2 }).map((value) => value as JsonValue),
  );
  return fc
    .array(fc.tuple(fc.constantFrom(...paths), odd), { minLength: 1, maxLength: 2 })
    .map((changes) =>
      changes.reduce<JsonObject>((whole, [path, value]) => replaced(whole, path, value) as JsonObject, body),
    );
}

type Path = readonly (string | number)[];

function pathsIn(value: JsonValue | undefined, path: Path = []): readonly Path[] {
  const entries: readonly (readonly [string | number, JsonValue | undefined])[] = Array.isArray(value)
    ? [...(value as readonly JsonValue[]).entries()]
    : isJsonObject(value)
      ? Object.entries(value)
      : [];
  return entries.flatMap(([key, member]) => [[...path, key], ...pathsIn(member, [...path, key])]);
}

function replaced(
  whole: JsonValue | undefined,
  [key, ...rest]: Path,
  value: JsonValue | undefined,
): JsonValue | undefined {
  if (key === undefined) return value;
  if (Array.isArray(whole)) {
    return (whole as readonly JsonValue[]).map((entry, place) =>
      place === key ? (replaced(entry, rest, value) ?? null) : entry,
    );
  }
  return isJsonObject(whole) ? { ...whole, [key]: replaced(whole[key], rest, value) } : whole;
}
