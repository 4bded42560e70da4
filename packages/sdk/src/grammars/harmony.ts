import type { Grammar, GrammarEvent } from "../core/grammar.ts";
import { createMarkerScanner, indexMarkers } from "./marker-scanner.ts";

const tokens = indexMarkers([
  "<|start|>",
  "<|channel|>",
  "<|constrain|>",
  "<|message|>",
  "<|end|>",
  "<|call|>",
  "<|return|>",
]);

/** What the text between two tokens is. */
type Part =
  | { readonly type: "content" | "thinking" | "over" }
  | { readonly type: "header"; readonly text: string }
  | { readonly type: "call"; readonly index: number };

/**
 * Reads the channels of OpenAI's Harmony format, where gpt-oss lets them show: `analysis` is thinking, `final` and
 * `commentary` are content, and a message to `functions.name` is a call. Text in no message is the inner
 * grammar's. Behind `<|return|>`, and in a turn that is not the assistant's, everything is cut.
 * @see https://github.com/openai/harmony/blob/main/docs/format.md
 */
export function createHarmonyGrammar(inner: Grammar, isOffered: (name: string) => boolean): Grammar {
  const scanner = createMarkerScanner(tokens);
  let part: Part = { type: "content" };
  let calls = 0;

  return {
    text(text) {
      const events: GrammarEvent[] = [];
      let unread = text;
      while (unread !== "") {
        const { before, marker, rest } = scanner.push(unread);
        events.push(...take(before));
        if (marker !== undefined) events.push(...meet(marker));
        unread = rest;
      }
      return events;
    },
    reasoning: (text) => inner.reasoning(text),
    call: (piece) => inner.call(piece),
    end: () => [...take(scanner.flush()), ...inner.end()],
  };

  function take(text: string): readonly GrammarEvent[] {
    if (text === "") return [];
    switch (part.type) {
      case "content":
        return inner.text(text);
      case "thinking":
        return inner.reasoning(text);
      case "call":
        return inner.call({ index: part.index, arguments: text });
      case "header":
        part = { type: "header", text: part.text + text };
        return [];
      case "over":
        return [];
    }
  }

  function meet(token: string): readonly GrammarEvent[] {
    if (part.type === "over") return [];
    if (token === "<|message|>") return part.type === "header" ? begin(part.text) : [];
    if (token === "<|start|>") part = { type: "header", text: token };
    else if (token === "<|channel|>" || token === "<|constrain|>") {
      part = { type: "header", text: (part.type === "header" ? part.text : "") + token };
    } else part = { type: token === "<|return|>" ? "over" : "content" };
    return [];
  }

  function begin(header: string): readonly GrammarEvent[] {
    const { role, channel, recipient } = parseHeader(header);
    const name = recipient?.replace(/^functions\./, "");
    if (role !== "assistant") part = { type: "over" };
    else if (name !== undefined && (name !== recipient || isOffered(name))) return beginCall(name);
    else part = { type: channel === "analysis" || name !== undefined ? "thinking" : "content" };
    return [];
  }

  function beginCall(name: string): readonly GrammarEvent[] {
    calls += 1;
    // Below 0, so that these never meet the indices of calls that AWS has parsed.
    part = { type: "call", index: -calls };
    return inner.call({ index: -calls, name });
  }
}

interface Header {
  readonly role: string;
  readonly channel: string | undefined;
  readonly recipient: string | undefined;
}

/** Reads a message's header, such as `<|start|>assistant<|channel|>commentary to=functions.name <|constrain|>json`. */
function parseHeader(header: string): Header {
  return {
    role: /<\|start\|>\s*([^\s<]+)/.exec(header)?.[1] ?? "assistant",
    channel: /<\|channel\|>\s*([^\s<]+)/.exec(header)?.[1],
    recipient: /\bto=([^\s<]+)/.exec(header)?.[1],
  };
}
