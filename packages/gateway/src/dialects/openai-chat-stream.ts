import { type ChatEvent, createChunkEncoder } from "@outcrop/sdk";
import type { AnswerIdentity, StreamEncoder } from "./dialect.ts";
import { encodeOpenAIError } from "./openai-error.ts";
import { encodeData } from "./server-sent-events.ts";

/** What a chat stream carries besides what the model says. */
export interface ChatStreamOptions {
  /** With the id as it goes out: `chatcmpl-…`. */
  readonly identity: AnswerIdentity;
  /** `stream_options.include_usage` */
  readonly includeUsage: boolean;
}

/**
 * Writes a chat stream. Nearly all events of a stream are deltas of text and thinking, and all that changes
 * from one to the next is the text: theirs is stringified alone, between parts that were escaped once. The
 * bytes are those of `createChunkEncoder`'s chunks, which serves every other event.
 */
export function createChatStreamEncoder(options: ChatStreamOptions): StreamEncoder {
  const encoder = createChunkEncoder(options);
  const { id, created, model } = options.identity;
  const frame = JSON.stringify({ id, object: "chat.completion.chunk", created, model }).slice(0, -1);
  const head = `data: ${frame},"choices":[{"index":`;
  const tail = `},"finish_reason":null}]${options.includeUsage ? ',"usage":null' : ""}}\n\n`;
  const begun = new Set<number>();

  return {
    push(event) {
      if (event.type !== "text-delta" && event.type !== "reasoning-delta") return encodeChunks(event);
      const { type, choice, text } = event;
      if (!begun.has(choice)) {
        begun.add(choice);
        return encodeChunks(event);
      }
      const key = type === "text-delta" ? "content" : "reasoning_content";
      return `${head}${choice},"delta":{"${key}":${JSON.stringify(text)}${tail}`;
    },
    end: () => "data: [DONE]\n\n",
    fail: (error) => encodeData(encodeOpenAIError(error)),
  };

  function encodeChunks(event: ChatEvent): string {
    return encoder.push(event).map(encodeData).join("");
  }
}
