import { OutcropError } from "../core/errors.ts";
import type { ChatEvent } from "../core/events.ts";
import type { Grammar } from "../core/grammar.ts";
import type { JsonObject } from "../core/json.ts";
import type { RawDelta } from "../core/raw-delta.ts";
import { decodeAnswer } from "../wires/decode.ts";
import { type ChoiceReader, createChoiceReader } from "./choice-reader.ts";
import { createUsageTally } from "./usage.ts";

/** Turns the JSONs of an answer into events, the same way for one whole answer and for a stream of chunks. */
export interface AnswerReader {
  /** One JSON of the answer. @throws OutcropError `unreadable_answer` */
  push(json: JsonObject): readonly ChatEvent[];
  /** A mark that the stream is done (`[DONE]`). */
  pushDone(): void;
  /**
   * No more is coming: the last events, `finish` the last of them.
   * @throws OutcropError `stream_incomplete` when a stream ended without saying so.
   */
  end(): readonly ChatEvent[];
}

export interface AnswerReaderOptions {
  /** A fresh grammar for a choice. */
  readonly createGrammar: () => Grammar;
  /** Stop sequences that we must keep ourselves, if AWS does not. */
  readonly stop: readonly string[];
  /** A whole answer needs no final mark: its body is the whole of it. */
  readonly whole: boolean;
  /** Token counts of the response headers. */
  readonly headerUsage?: Extract<RawDelta, { type: "usage" }>;
}

const none: readonly ChatEvent[] = [];

/** OpenAI's own bound on `n`; a larger index from the network is damage. */
const mostChoices = 128;

/** A fresh reader for one answer. */
export function createAnswerReader(options: AnswerReaderOptions): AnswerReader {
  const choices: ChoiceReader[] = [];
  const usage = createUsageTally();
  if (options.headerUsage) usage.push(options.headerUsage);
  let marked = false;

  function choiceReader(choice: number): ChoiceReader {
    if (!Number.isInteger(choice) || choice < 0 || choice >= mostChoices) throw oddChoice(choice);
    while (choices.length <= choice) {
      choices.push(createChoiceReader(choices.length, options.createGrammar(), options.stop));
    }
    return choices[choice] as ChoiceReader;
  }

  function take(delta: RawDelta): readonly ChatEvent[] {
    if (delta.type === "usage") usage.push(delta);
    else if (delta.type === "end") marked = true;
    else return choiceReader(delta.choice).push(delta);
    return none;
  }

  return {
    push(json) {
      let events: readonly ChatEvent[] = none;
      for (const delta of decodeAnswer(json)) {
        const taken = take(delta);
        if (taken.length > 0) events = events.length === 0 ? taken : [...events, ...taken];
      }
      return events;
    },
    pushDone: () => {
      marked = true;
    },
    end() {
      const complete =
        options.whole || marked || (choices.length > 0 && choices.every((choice) => choice.hasStopped()));
      if (!complete) throw incomplete();
      choiceReader(0);
      const last = choices.flatMap((choice) => choice.end());
      return [
        ...last,
        { type: "finish", reasons: choices.map((choice) => choice.finishReason()), usage: usage.result() },
      ];
    },
  };
}

function oddChoice(choice: number): OutcropError {
  return new OutcropError("unreadable_answer", `Bedrock's answer has a choice with the index ${choice}`);
}

function incomplete(): OutcropError {
  return new OutcropError(
    "stream_incomplete",
    "The stream from Bedrock ended without a final marker (stop reason, invocation metrics or messageStop): the answer is cut.",
  );
}
