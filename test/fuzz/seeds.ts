import type { JsonObject } from "@outcrop/sdk";

/** A request that is right, for the fuzz to make wrong. */
export interface Seed {
  readonly path: string;
  readonly body: JsonObject;
}

const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const image = "data:image/png;base64,aGk=";
const models = ["chat", "prompt", "converse"];

const sampling = { temperature: 0.5, top_p: 0.9, stop: ["END"], seed: 7 };

const conversation = [
  { role: "system", content: "Be kind." },
  { role: "user", content: [{ type: "text", text: "Weather in Oslo?" }] },
  {
    role: "assistant",
    content: null,
    tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: '{"city":"Oslo"}' } }],
  },
  { role: "tool", tool_call_id: "c", content: "rain" },
  { role: "assistant", content: "It rains.", reasoning_content: "Hm." },
  { role: "user", content: "Thanks." },
];

const tools = [{ type: "function", function: { name: "f", description: "d", parameters: schema } }];

const chatBodies = (model: string): readonly JsonObject[] => [
  { model, messages: [{ role: "user", content: "Hi" }] },
  { model, messages: conversation, tools, tool_choice: "auto", max_tokens: 50, ...sampling },
  { model, messages: conversation, tools, stream: true, stream_options: { include_usage: true }, user: "u" },
  {
    model,
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "Hi" },
          { type: "image_url", image_url: { url: image } },
        ],
      },
    ],
    response_format: { type: "json_schema", json_schema: { name: "n", schema } },
    logprobs: true,
    top_logprobs: 2,
    n: 2,
    metadata: { tags: ["a"] },
    cache: { "no-cache": true },
    timeout: 5,
  },
];

const completionBodies = (model: string): readonly JsonObject[] => [
  { model, prompt: "Rivers", max_tokens: 5, ...sampling },
  { model, prompt: ["a", "b"], n: 2, logprobs: 2, echo: false, stream: true },
];

const messageBodies = (model: string): readonly JsonObject[] => [
  { model, max_tokens: 64, messages: [{ role: "user", content: "Hi" }], system: "Be kind." },
  {
    model,
    max_tokens: 64,
    stream: true,
    system: [{ type: "text", text: "Be kind.", cache_control: { type: "ephemeral" } }],
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
          { type: "tool_use", id: "c", name: "f", input: { city: "Oslo" } },
        ],
      },
      {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: "c", content: [{ type: "text", text: "x" }] }],
      },
    ],
    tools: [{ name: "f", description: "d", input_schema: schema }],
    tool_choice: { type: "auto" },
    thinking: { type: "enabled", budget_tokens: 1024 },
    stop_sequences: ["END"],
    metadata: { user_id: "u" },
  },
];

const responseBodies = (model: string): readonly JsonObject[] => [
  { model, input: "Hi", instructions: "Be kind.", max_output_tokens: 50 },
  {
    model,
    stream: true,
    input: [
      {
        role: "user",
        content: [
          { type: "input_text", text: "Hi" },
          { type: "input_image", image_url: image },
        ],
      },
      { type: "reasoning", summary: [{ type: "summary_text", text: "Hm" }] },
      { type: "function_call", call_id: "c", name: "f", arguments: '{"city":"Oslo"}' },
      { type: "function_call_output", call_id: "c", output: "rain" },
    ],
    tools: [{ type: "function", name: "f", parameters: schema, strict: true }],
    tool_choice: { type: "function", name: "f" },
    text: { format: { type: "json_schema", name: "n", schema } },
    reasoning: { effort: "low" },
    store: false,
  },
];

const at = (path: string, bodies: readonly JsonObject[]) => bodies.map((body): Seed => ({ path, body }));

/** Every path that takes a body, on every wire. */
export const seeds: readonly Seed[] = models.flatMap((model) => [
  ...at("/v1/chat/completions", chatBodies(model)),
  ...at(`/openai/deployments/${model}/chat/completions?api-version=1`, chatBodies(model)),
  ...at("/v1/completions", completionBodies(model)),
  ...at(`/engines/${model}/completions`, completionBodies(model)),
  ...at("/v1/messages", messageBodies(model)),
  ...at("/v1/messages/count_tokens", messageBodies(model)),
  ...at("/v1/responses", responseBodies(model)),
  ...at("/utils/token_counter", chatBodies(model)),
  ...at(`/bedrock/model/${model}/converse`, [{ messages: [{ role: "user", content: [{ text: "Hi" }] }] }]),
  ...at(`/bedrock/model/${model}/invoke-with-response-stream`, [{ prompt: "Hi", max_gen_len: 5 }]),
]);
