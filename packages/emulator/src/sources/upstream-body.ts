import { asList, asObject, asText } from "../prompt/json.ts";
import type { JsonObject } from "../prompt/json.ts";
import type { InferenceCall } from "../runtime/call.ts";

/** What the same members mean everywhere, passed on as they are. */
const passed = [
  "temperature",
  "top_p",
  "top_k",
  "seed",
  "tools",
  "tool_choice",
  "response_format",
  "structured_outputs",
  "chat_template_kwargs",
] as const;

/** The body of an OpenAI-compatible request with the meaning of a Bedrock call. Always a stream. */
export function toUpstreamBody(call: InferenceCall, model: string): JsonObject {
  const { maxTokens, stop, temperature, topP, constraint } = call.parameters;
  const head = {
    model,
    stream: true,
    stream_options: { include_usage: true },
    ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
    ...(stop.length === 0 ? {} : { stop }),
  };
  if (call.format === "Converse") {
    return {
      ...head,
      ...(temperature === undefined ? {} : { temperature }),
      ...(topP === undefined ? {} : { top_p: topP }),
      ...(constraint?.type === "json" ? toResponseFormat(constraint.schema) : {}),
      ...toOpenAiTools(call.body),
      messages: toOpenAiMessages(call.body),
    };
  }
  const members = Object.fromEntries(
    passed.flatMap((name) => (name in call.body ? [[name, call.body[name]]] : [])),
  );
  // BedrockCompletion writes the schema bare.
  const format =
    call.format === "BedrockCompletion" && constraint?.type === "json"
      ? toResponseFormat(constraint.schema)
      : {};
  const given =
    call.format === "OpenAIChatCompletion"
      ? { messages: call.body["messages"] }
      : { prompt: call.prompt.text };
  return { ...members, ...format, ...head, ...given };
}

function toResponseFormat(schema: unknown): JsonObject {
  return { response_format: { type: "json_schema", json_schema: { name: "answer", schema } } };
}

function toOpenAiTools(body: JsonObject): JsonObject {
  const { tools, toolChoice } = asObject(body["toolConfig"]);
  if (tools === undefined) return {};
  const choice = asObject(toolChoice);
  const named = asText(asObject(choice["tool"])["name"]);
  return {
    tools: asList(tools).map((tool) => {
      const { name, description, inputSchema } = asObject(asObject(tool)["toolSpec"]);
      return { type: "function", function: { name, description, parameters: asObject(inputSchema)["json"] } };
    }),
    ...(choice["any"] === undefined ? {} : { tool_choice: "required" }),
    ...(named === "" ? {} : { tool_choice: { type: "function", function: { name: named } } }),
  };
}

function toOpenAiMessages(body: JsonObject): JsonObject[] {
  const system = asList(body["system"])
    .map((block) => asText(asObject(block)["text"]))
    .join("\n");
  return [
    ...(system === "" ? [] : [{ role: "system", content: system }]),
    ...asList(body["messages"]).flatMap((message) => toMessages(asObject(message))),
  ];
}

/** One Converse message: its tool results come first, each as a message of its own. */
function toMessages({ role, content }: JsonObject): JsonObject[] {
  const blocks = asList(content).map(asObject);
  const results = blocks.flatMap(({ toolResult }) =>
    toolResult === undefined ? [] : [toToolMessage(asObject(toolResult))],
  );
  const parts = blocks.flatMap(toPart);
  const calls = blocks.flatMap(({ toolUse }) =>
    toolUse === undefined ? [] : [toToolCall(asObject(toolUse))],
  );
  if (parts.length === 0 && calls.length === 0) return results;
  return [...results, { role, content: parts, ...(calls.length === 0 ? {} : { tool_calls: calls }) }];
}

function toPart({ text, image }: JsonObject): JsonObject[] {
  if (text !== undefined) return [{ type: "text", text }];
  if (image === undefined) return [];
  const { format, source } = asObject(image);
  const url = `data:image/${asText(format)};base64,${asText(asObject(source)["bytes"])}`;
  return [{ type: "image_url", image_url: { url } }];
}

function toToolMessage({ toolUseId, content }: JsonObject): JsonObject {
  const texts = asList(content).map((item) => {
    const { text, json } = asObject(item);
    return json === undefined ? asText(text) : JSON.stringify(json);
  });
  return { role: "tool", tool_call_id: toolUseId, content: texts.join("\n") };
}

function toToolCall({ toolUseId, name, input }: JsonObject): JsonObject {
  return { id: toolUseId, type: "function", function: { name, arguments: JSON.stringify(input ?? {}) } };
}
