import { EventStreamCodec } from "@smithy/eventstream-codec";

/** How AWS answers on each wire: the same text, whole or in pieces. */
export interface AnswerShape {
  readonly wire: string;
  whole(text: string): object;
  /** The chunks of a stream, each with the name of its event. */
  chunks(pieces: readonly string[]): readonly (readonly [event: string, json: object])[];
}

const usage = { prompt_tokens: 7, completion_tokens: 9, total_tokens: 16 };
const metrics = { "amazon-bedrock-invocationMetrics": { inputTokenCount: 7, outputTokenCount: 9 } };

/** The last piece carries what only the last one has. */
function chunked(pieces: readonly string[], chunk: (piece: string, last: boolean) => object) {
  return pieces.map((piece, index) => ["chunk", chunk(piece, index === pieces.length - 1)] as const);
}

export const shapes: readonly AnswerShape[] = [
  {
    wire: "bedrock_completion",
    whole: (generation) => ({
      generation,
      prompt_token_count: 7,
      generation_token_count: 9,
      stop_reason: "stop",
      logprobs: null,
    }),
    chunks: (pieces) =>
      chunked(pieces, (generation, last) => ({
        generation,
        prompt_token_count: null,
        generation_token_count: 9,
        stop_reason: last ? "stop" : null,
        ...(last ? metrics : {}),
      })),
  },
  {
    wire: "openai_completion",
    whole: (text) => ({
      id: "cmpl-1",
      object: "text_completion",
      choices: [{ index: 0, text, finish_reason: "stop" }],
      usage,
    }),
    chunks: (pieces) =>
      chunked(pieces, (text, last) => ({
        object: "text_completion",
        choices: [{ index: 0, text, finish_reason: last ? "stop" : null }],
        ...(last ? metrics : {}),
      })),
  },
  {
    wire: "openai_chat",
    whole: (content) => ({
      object: "chat.completion",
      choices: [{ index: 0, message: { role: "assistant", content, tool_calls: [] }, finish_reason: "stop" }],
      usage,
    }),
    chunks: (pieces) =>
      chunked(pieces, (content, last) => ({
        object: "chat.completion.chunk",
        choices: [{ index: 0, delta: { content }, finish_reason: last ? "stop" : null }],
        ...(last ? metrics : {}),
      })),
  },
  {
    wire: "converse",
    whole: (text) => ({
      output: { message: { role: "assistant", content: [{ text }] } },
      stopReason: "end_turn",
      usage: { inputTokens: 7, outputTokens: 9, totalTokens: 16 },
    }),
    chunks: (pieces) => [
      ["messageStart", { role: "assistant" }],
      ...pieces.map((text) => ["contentBlockDelta", { contentBlockIndex: 0, delta: { text } }] as const),
      ["contentBlockStop", { contentBlockIndex: 0 }],
      ["messageStop", { stopReason: "end_turn" }],
      [
        "metadata",
        { usage: { inputTokens: 7, outputTokens: 9, totalTokens: 16 }, metrics: { latencyMs: 1 } },
      ],
    ],
  },
];

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString("utf8"),
  (text) => Buffer.from(text, "utf8"),
);

/** The frames of chunks, written by AWS's own codec. */
export function encodeFrames(chunks: readonly (readonly [event: string, json: object])[]): Buffer {
  return Buffer.concat(
    chunks.map(([event, json]) => {
      const text = JSON.stringify(json);
      const body =
        event === "chunk" ? JSON.stringify({ bytes: Buffer.from(text).toString("base64"), p: "abcd" }) : text;
      return codec.encode({
        headers: {
          ":event-type": { type: "string", value: event },
          ":content-type": { type: "string", value: "application/json" },
          ":message-type": { type: "string", value: "event" },
        },
        body: Buffer.from(body),
      });
    }),
  );
}
