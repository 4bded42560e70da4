import type { Grammar, GrammarOptions } from "../core/grammar.ts";
import { createCallLog } from "./call-log.ts";
import type { CallRights } from "./call-reader.ts";
import { createChannel } from "./channel.ts";
import { createEventWriter } from "./event-writer.ts";
import { planGrammar } from "./grammar-plan.ts";
import type { GrammarSpec } from "./grammar-spec.ts";
import { createHarmonyGrammar } from "./harmony.ts";
import { createStructuredCalls } from "./structured-calls.ts";
import { createTextReader } from "./text-reader.ts";
import { isBlank } from "./whitespace.ts";

/** A fresh grammar for one choice of an answer, by a family's data. */
export function createGrammar(spec: GrammarSpec, options: GrammarOptions): Grammar {
  const grammar = createBaseGrammar(spec, options);
  return spec.hasHarmony
    ? createHarmonyGrammar(grammar, (name) => options.toolNames.includes(name))
    : grammar;
}

/**
 * Text goes through a reader that tells content from thinking, each through a channel that finds the calls in
 * it, and all of it to one writer of events. Thinking that AWS has set apart joins at the channel, calls that
 * AWS has parsed join at the log.
 */
function createBaseGrammar(spec: GrammarSpec, options: GrammarOptions): Grammar {
  const plan = planGrammar(spec, options.toolNames.length > 0);
  const writer = createEventWriter();
  const log = createCallLog({ emit: writer.emit, createCallId: options.createCallId });
  const structured = createStructuredCalls(log);
  const rights = createRights(spec, options, (name, id) => {
    structured.settle();
    writer.cutForCall();
    return log.open({ name, id, source: "text" });
  });
  const thoughts = createChannel({ plan: plan.thoughts, rights, write: writer.reasoning });
  const content = createChannel({
    plan: plan.content,
    rights,
    write(text) {
      if (!isBlank(text)) settle();
      writer.text(text);
    },
  });
  const { startsInReasoning } = options;
  const reader = createTextReader(spec, {
    plan,
    startsInReasoning,
    content,
    thoughts,
    trimContent: writer.trimText,
  });

  return {
    text(text) {
      reader.push(text);
      return writer.take();
    },
    reasoning(text) {
      if (text !== "") reader.cameApart();
      thoughts.push(text);
      return writer.take();
    },
    call(piece) {
      structured.push(piece, () => {
        thoughts.flush();
        writer.cutForCall();
      });
      return writer.take();
    },
    end() {
      reader.end();
      settle();
      structured.end();
      writer.end();
      return writer.take();
    },
  };

  /** The answer goes on elsewhere: what was held of the thinking and of parsed calls is complete. */
  function settle(): void {
    thoughts.flush();
    structured.settle();
  }
}

function createRights(spec: GrammarSpec, options: GrammarOptions, open: CallRights["open"]): CallRights {
  return {
    endMarkers: spec.endMarkers,
    isOffered: (name) => options.toolNames.includes(name),
    schemaOf: (name) => options.toolSchemas.get(name),
    open,
  };
}
