import type { ChatEvent } from "@outcrop/sdk";
import type { Batch } from "../peek.ts";

/**
 * Puts the reasoning of one answer into its content, between think tags, as `merge_reasoning_content_in_choices` asks:
 * for clients that show nothing but content.
 */
export function createReasoningMerger(): (batch: Batch) => Batch {
  /** The choices that are thinking. */
  const open = new Set<number>();

  function close(choice: number): readonly ChatEvent[] {
    return open.delete(choice) ? [{ type: "text-delta", choice, text: "</think>" }] : [];
  }

  function push(event: ChatEvent): readonly ChatEvent[] {
    if (event.type === "finish") return [...[...open].flatMap(close), event];
    if (event.type === "logprobs") return [event];
    if (event.type !== "reasoning-delta") return [...close(event.choice), event];
    const tag = open.has(event.choice) ? "" : "<think>";
    open.add(event.choice);
    return [{ type: "text-delta", choice: event.choice, text: tag + event.text }];
  }

  return (batch) => batch.flatMap(push);
}
