/** What the upstream answers: made once, sent as it lies in memory. */
import { EventStreamCodec } from "@smithy/eventstream-codec";

/** How a canned model answers; it stands in the model's id, so that every gateway can carry it. */
export interface Script {
  /** `p`: BedrockCompletion (`prompt` → `generation`), `c`: OpenAI chat completions. */
  readonly wire: "p" | "c";
  /** Frames of a stream that carry text. */
  readonly chunks: number;
  /** Milliseconds from one frame to the next; 0: all at once. */
  readonly pace: number;
}

/** The id of an imported model, of twelve characters as AWS's are. */
export function modelId({ wire, chunks, pace }: Script): string {
  return `${wire}${String(chunks).padStart(5, "0")}f${String(pace).padStart(5, "0")}`;
}

/** The ARN of an imported model that answers by a script. */
export function modelArn(script: Script): string {
  return `arn:aws:bedrock:us-east-1:123456789012:imported-model/${modelId(script)}`;
}

const idPattern = /([pc])(\d{5})f(\d{5})/;

/** The script in a path or a body. */
export function findScript(text: string): Script | undefined {
  const [, wire, chunks, pace] = idPattern.exec(text) ?? [];
  if (wire !== "p" && wire !== "c") return undefined;
  return { wire, chunks: Number(chunks), pace: Number(pace) };
}

/** An operation of the upstream. */
export type Operation =
  | "invoke"
  | "invoke-stream"
  | "converse"
  | "converse-stream"
  | "openai"
  | "openai-stream";

/** A stream's HTTP head, its chunks in order with their HTTP framing, and the end of the body. */
export interface CannedStream {
  readonly head: Buffer;
  /** The events alone, without HTTP's framing. */
  readonly events: readonly Buffer[];
  readonly chunks: readonly Buffer[];
  readonly end: Buffer;
}

const text =
  "A rainbow forms when sunlight enters drops of rain, bends, is reflected at their far side, and bends again on its way out. " +
  "Each colour leaves at an angle of its own, red at about forty-two degrees and violet at about forty, so that the eye sees " +
  "them side by side as arcs of a circle around the point opposite the sun. The lower the sun stands, the higher the arc; an " +
  "observer in the air may see all of it. Inside the bow the sky is brighter than outside, because no light comes back at a " +
  "larger angle than the red one. A second, paler bow shows its colours the other way round.";

const usage = { prompt_tokens: 420, completion_tokens: 140, total_tokens: 560 };
/** Words that are told apart: the same one again and again would be a model that is stuck. */
const words = text.split(" ").map((word) => ` ${word}`);

function wordAt(index: number): string {
  return words[index % words.length] ?? "";
}

/** What an answer says. */
export function cannedText({
  stream,
  chunks,
}: {
  readonly stream: boolean;
  readonly chunks: number;
}): string {
  return stream ? Array.from({ length: chunks }, (_, index) => wordAt(index)).join("") : text;
}

/** A whole answer as its bytes on the wire: about 0.8 KB, as in a chat. */
export function cannedWhole(operation: Operation, { wire }: Script): Buffer {
  return jsonResponse(wholeBody(operation, wire));
}

function wholeBody(operation: Operation, wire: Script["wire"]): object {
  if (operation === "converse") {
    return {
      output: { message: { role: "assistant", content: [{ text }] } },
      stopReason: "end_turn",
      usage: { inputTokens: 420, outputTokens: 140, totalTokens: 560 },
      metrics: { latencyMs: 1200 },
    };
  }
  if (operation === "openai" || wire === "c") {
    return {
      id: "chatcmpl-1d84ce1d3d61418e8c6d1973f87173db",
      object: "chat.completion",
      created: 1763166683,
      model: "123456789012-model",
      choices: [
        { index: 0, message: { role: "assistant", content: text }, logprobs: null, finish_reason: "stop" },
      ],
      usage,
    };
  }
  return {
    generation: text,
    prompt_token_count: 420,
    generation_token_count: 140,
    stop_reason: "stop",
    logprobs: null,
  };
}

function jsonResponse(body: object): Buffer {
  const json = JSON.stringify(body);
  const head = [
    "HTTP/1.1 200 OK",
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(json)}`,
    "x-amzn-requestid: 5c1f0e0e-3f5d-4a59-9f1b-0d4f3c1b2a10",
    "x-amzn-bedrock-input-token-count: 420",
    "x-amzn-bedrock-output-token-count: 140",
  ];
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${json}`);
}

/** A stream as AWS sends it: every event a chunk of the body. */
export function cannedStream(operation: Operation, script: Script): CannedStream {
  const type = operation === "openai-stream" ? "text/event-stream" : "application/vnd.amazon.eventstream";
  const head = `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ntransfer-encoding: chunked\r\nx-amzn-requestid: 5c1f0e0e-3f5d-4a59-9f1b-0d4f3c1b2a10\r\n\r\n`;
  const events = streamEvents(operation, script);
  return {
    head: Buffer.from(head),
    events,
    chunks: events.map(asHttpChunk),
    end: Buffer.from("0\r\n\r\n"),
  };
}

function streamEvents(operation: Operation, { wire, chunks }: Script): readonly Buffer[] {
  const counted = Array.from({ length: chunks }, (_, index) => index);
  switch (operation) {
    case "openai-stream":
      return [
        ...counted.map((index) => Buffer.from(`data: ${JSON.stringify(chatChunk(index, chunks))}\n\n`)),
        Buffer.from("data: [DONE]\n\n"),
      ];
    case "converse-stream":
      return [
        frame("messageStart", { role: "assistant", p: padding }),
        ...counted.map((index) =>
          frame("contentBlockDelta", { contentBlockIndex: 0, delta: { text: wordAt(index) }, p: padding }),
        ),
        frame("contentBlockStop", { contentBlockIndex: 0, p: padding }),
        frame("messageStop", { stopReason: "end_turn", p: padding }),
        frame("metadata", {
          usage: { inputTokens: 420, outputTokens: chunks, totalTokens: 420 + chunks },
          metrics: { latencyMs: 2000 },
          p: padding,
        }),
      ];
    case "invoke":
    case "invoke-stream":
    case "converse":
    case "openai":
      return counted.map((index) =>
        chunkFrame(wire === "c" ? chatChunk(index, chunks) : promptChunk(index, chunks)),
      );
  }
}

function promptChunk(index: number, chunks: number): object {
  const isLast = index === chunks - 1;
  return {
    generation: wordAt(index),
    prompt_token_count: index === 0 ? 420 : null,
    generation_token_count: index + 1,
    stop_reason: isLast ? "stop" : null,
    logprobs: null,
  };
}

function chatChunk(index: number, chunks: number): object {
  const isLast = index === chunks - 1;
  return {
    id: "chatcmpl-1d84ce1d3d61418e8c6d1973f87173db",
    object: "chat.completion.chunk",
    created: 1763166683,
    model: "123456789012-model",
    choices: [{ index: 0, delta: { content: wordAt(index) }, finish_reason: isLast ? "stop" : null }],
    ...(isLast ? { usage: { ...usage, completion_tokens: chunks, total_tokens: 420 + chunks } } : {}),
  };
}

/** AWS pads its events so that their length tells nothing of the text. */
const padding = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL";

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString("utf8"),
  (string) => Buffer.from(string, "utf8"),
);

function chunkFrame(body: object): Buffer {
  return frame("chunk", {
    bytes: Buffer.from(JSON.stringify(body)).toString("base64"),
    p: padding.slice(0, 20),
  });
}

function frame(event: string, body: object): Buffer {
  return Buffer.from(
    codec.encode({
      headers: {
        ":event-type": { type: "string", value: event },
        ":content-type": { type: "string", value: "application/json" },
        ":message-type": { type: "string", value: "event" },
      },
      body: Buffer.from(JSON.stringify(body)),
    }),
  );
}

function asHttpChunk(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
}
