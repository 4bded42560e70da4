import { type ChannelPlan, planChannel } from "./channel.ts";
import type { CallSyntax } from "./call-syntax.ts";
import type { GrammarSpec } from "./grammar-spec.ts";
import { type MarkerIndex, indexMarkers } from "./marker-scanner.ts";

/** What the parts of a family's grammar look for: made once, used by every answer. */
export interface GrammarPlan {
  readonly content: ChannelPlan;
  /** Thinking that is free of its tags. */
  readonly thoughts: ChannelPlan;
  /** Thinking with its tags still in it. Calls are read behind it: Kimi's pairs of tags may stand amidst one. */
  readonly tagged: ChannelPlan;
  /** What may follow a trailing marker. */
  readonly afterTurn: MarkerIndex;
}

const plansWithTools = new WeakMap<GrammarSpec, GrammarPlan>();
const plansWithoutTools = new WeakMap<GrammarSpec, GrammarPlan>();

/** The plan of a family, for requests that offer tools, or none. */
export function planGrammar(spec: GrammarSpec, hasTools: boolean): GrammarPlan {
  const plans = hasTools ? plansWithTools : plansWithoutTools;
  const known = plans.get(spec);
  if (known) return known;
  const plan = createPlan(spec, hasTools);
  plans.set(spec, plan);
  return plan;
}

function createPlan(spec: GrammarSpec, hasTools: boolean): GrammarPlan {
  const { thinkTags, endMarkers, trailingMarkers, nextTurnMarkers } = spec;
  const inContent = markersInContent(spec);
  const calls = hasTools ? spec.calls : spec.calls.filter(needsMarker);
  return {
    content: planChannel({ markers: inContent, syntaxes: calls }),
    thoughts: planChannel({ markers: [], syntaxes: spec.callsInReasoning }),
    tagged: planChannel({ markers: [...inContent, ...thinkTags.map((pair) => pair.close)], syntaxes: [] }),
    afterTurn: indexMarkers([...endMarkers, ...nextTurnMarkers, ...trailingMarkers]),
  };
}

/** The markers that a channel for content must show to its text reader. */
export function markersInContent(spec: GrammarSpec): readonly string[] {
  return [...spec.thinkTags.map((pair) => pair.open), ...spec.endMarkers, ...spec.trailingMarkers];
}

/** Without tools, nothing is held back to see whether it names one. */
function needsMarker({ opening }: CallSyntax): boolean {
  return opening === undefined;
}
