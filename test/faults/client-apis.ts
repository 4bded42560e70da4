import { type JsonObject, isJsonObject } from "@outcrop/sdk";

/** A client API as these tests speak it: what is sent, and what its answers say. */
export interface ClientApi {
  readonly name: string;
  readonly path: string;
  body(model: string, prompt: string): JsonObject;
  /** The text of a whole answer. */
  whole(json: JsonObject): string;
  /** The text that one event of a stream adds. */
  delta(event: JsonObject): string;
  /** Whether an event says that the stream has come to its end. */
  isEnd(event: JsonObject | "[DONE]"): boolean;
}

export const clientApis: readonly ClientApi[] = [
  {
    name: "chat",
    path: "/v1/chat/completions",
    body: (model, prompt) => ({ model, messages: [{ role: "user", content: prompt }] }),
    whole: (json) => text(json, "choices", 0, "message", "content"),
    delta: (event) => text(event, "choices", 0, "delta", "content"),
    isEnd: (event) => event === "[DONE]",
  },
  {
    name: "completions",
    path: "/v1/completions",
    body: (model, prompt) => ({ model, prompt, max_tokens: 200 }),
    whole: (json) => text(json, "choices", 0, "text"),
    delta: (event) => text(event, "choices", 0, "text"),
    isEnd: (event) => event === "[DONE]",
  },
  {
    name: "messages",
    path: "/v1/messages",
    body: (model, prompt) => ({ model, max_tokens: 200, messages: [{ role: "user", content: prompt }] }),
    whole: (json) => textsOf(json.content),
    delta: (event) => text(event, "delta", "text"),
    isEnd: (event) => event !== "[DONE]" && event.type === "message_stop",
  },
  {
    name: "responses",
    path: "/v1/responses",
    body: (model, prompt) => ({ model, input: prompt }),
    whole: (json) =>
      Array.isArray(json.output) ? json.output.map((item) => messageText(item)).join("") : "",
    delta: (event) => (event.type === "response.output_text.delta" ? text(event, "delta") : ""),
    isEnd: (event) => event !== "[DONE]" && /^response\.(completed|incomplete)$/.test(text(event, "type")),
  },
];

/** The string at a path, or nothing. */
function text(json: unknown, ...path: readonly (string | number)[]): string {
  let value = json;
  for (const step of path) value = (value as Record<string | number, unknown> | null | undefined)?.[step];
  return typeof value === "string" ? value : "";
}

function textsOf(blocks: unknown): string {
  return Array.isArray(blocks) ? blocks.map((block) => text(block, "text")).join("") : "";
}

function messageText(item: unknown): string {
  return isJsonObject(item) && item.type === "message" ? textsOf(item.content) : "";
}
