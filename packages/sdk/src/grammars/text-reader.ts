import { type Channel, type Hit, createChannel } from "./channel.ts";
import { createHeaderCutter } from "./echoed-header.ts";
import type { GrammarPlan } from "./grammar-plan.ts";
import type { GrammarSpec } from "./grammar-spec.ts";
import { createThinking } from "./thinking.ts";
import { type Resumed, createTurnEnd } from "./turn-end.ts";
import { isBlank } from "./whitespace.ts";

/** Reads the raw text of an answer: what of it is content, what is thinking, and where the turn is over. */
export interface TextReader {
  push(text: string): void;
  /** Thinking came set apart by AWS. */
  cameApart(): void;
  end(): void;
}

export interface TextReaderOptions {
  readonly plan: Pick<GrammarPlan, "tagged" | "afterTurn">;
  readonly startsInReasoning: boolean;
  readonly content: Channel;
  readonly thoughts: Channel;
  /** Content that follows is trimmed at its start: thinking or an echoed header comes before it. */
  readonly trimContent: () => void;
}

/** A fresh reader. */
export function createTextReader(spec: GrammarSpec, options: TextReaderOptions): TextReader {
  const { plan, startsInReasoning, content, thoughts, trimContent } = options;
  const header = createHeaderCutter(spec.headers, trimContent);
  const thinking = createThinking(spec, startsInReasoning);
  const turnEnd = createTurnEnd(spec, plan.afterTurn);
  const tagged = createChannel({
    plan: plan.tagged,
    write(text) {
      if (!isBlank(text)) thinking.sawText();
      thoughts.push(text);
    },
  });
  if (startsInReasoning) trimContent();

  return {
    push: (text) => feed(header.push(text)),
    cameApart() {
      thinking.cameApart();
      trimContent();
    },
    end() {
      feed(header.flush());
      feed(resume(turnEnd.flush()));
      for (let hit = current().flush(); hit; hit = current().flush()) {
        meet(hit);
        feed(hit.rest);
      }
    },
  };

  function current(): Channel {
    return thinking.isOpen() ? tagged : content;
  }

  function feed(text: string): void {
    for (let unread = pastEnd(text); unread !== "";) {
      const hit = current().push(unread);
      if (!hit) return;
      meet(hit);
      unread = pastEnd(hit.rest);
    }
  }

  /** The text, unless the turn is over. */
  function pastEnd(text: string): string {
    return turnEnd.isMet() ? resume(turnEnd.push(text)) : text;
  }

  function resume(resumed: Resumed | undefined): string {
    if (resumed) current().literal(resumed.literal);
    return resumed?.rest ?? "";
  }

  function meet({ marker }: Hit): void {
    if (turnEnd.meet(marker)) return;
    if (!thinking.meet(marker, content.hasText())) current().literal(marker);
    else if (thinking.isOpen()) trimContent();
  }
}
