import type { ChatEvent, JsonObject } from "@outcrop/sdk";
import { type Block, type BlockEvent, createBlockSequence } from "../block-sequence.ts";
import type { AnswerIdentity, StreamEncoder } from "../dialect.ts";
import { type NamedEvent, encodeEvent } from "../server-sent-events.ts";
import { encodeAnthropicError } from "./error.ts";
import { messageFrame, toContentBlock, toStop, toUsage } from "./to-message.ts";

/**
 * Writes a message stream: `message_start`, each content block from start to stop, `message_delta`,
 * `message_stop`.
 * @see https://docs.anthropic.com/en/docs/build-with-claude/streaming
 */
export function createMessageStreamEncoder(identity: AnswerIdentity): StreamEncoder {
  const blocks = createBlockSequence({ keepsText: false });
  let begun = false;

  return {
    push(event) {
      const shown = begin() + blocks.push(event).flatMap(toStreamEvents).map(encodeEvent).join("");
      return event.type === "finish" ? shown + encodeEvent(messageDelta(event)) : shown;
    },
    end: () => encodeEvent({ type: "message_stop" }),
    fail: (error) => encodeEvent(encodeAnthropicError(error)),
  };

  function begin(): string {
    if (begun) return "";
    begun = true;
    const open = { content: [], stop_reason: null, stop_sequence: null, usage: toUsage(undefined) };
    return encodeEvent({ type: "message_start", message: { ...messageFrame(identity), ...open } });
  }
}

/** AWS counts at the end, so the true figures come here; at the start they are 0. */
function messageDelta({ reasons, usage }: Extract<ChatEvent, { type: "finish" }>) {
  return { type: "message_delta", delta: toStop(reasons[0] ?? "stop"), usage: toUsage(usage) };
}

function toStreamEvents(event: BlockEvent): readonly NamedEvent[] {
  const { index } = event;
  if (event.type === "delta") return [blockDelta(index, deltas[event.block.kind](event.text))];
  // A call's input is read at its end as well, so that a stream with a broken one fails as the whole answer does.
  const block = toContentBlock(event.block);
  if (event.type === "start") return [{ type: "content_block_start", index, content_block: block }];
  return [...lastDeltas(event), { type: "content_block_stop", index }];
}

function blockDelta(index: number, delta: JsonObject): NamedEvent {
  return { type: "content_block_delta", index, delta };
}

const deltas: Readonly<Record<Block["kind"], (text: string) => JsonObject>> = {
  reasoning: (thinking) => ({ type: "thinking_delta", thinking }),
  text: (text) => ({ type: "text_delta", text }),
  "tool-call": (json) => ({ type: "input_json_delta", partial_json: json }),
};

/** Clients wait for a signature before a thinking block ends. */
function lastDeltas({ index, block }: Extract<BlockEvent, { type: "stop" }>): readonly NamedEvent[] {
  return block.kind === "reasoning" ? [blockDelta(index, { type: "signature_delta", signature: "" })] : [];
}
