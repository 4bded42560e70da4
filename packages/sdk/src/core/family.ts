import type { ChatRequest } from "./chat.ts";
import type { Grammar, GrammarOptions } from "./grammar.ts";
import type { ParameterName } from "./wire.ts";

/** A request as the model itself reads it. */
export interface RenderedPrompt {
  readonly prompt: string;
  /** The prompt ends inside an open think tag. */
  readonly opensReasoning: boolean;
}

/** What a template is given besides the request. */
export interface RenderOptions {
  /** Whether the template's begin-of-sequence token is written (vLLM may add its own). Default true. */
  readonly addBosToken: boolean;
}

/** A chat template: a pure function from a request to the prompt. */
export interface ChatTemplate {
  /** A built-in name, or where the template came from. */
  readonly name: string;
  /** @throws OutcropError `invalid_request` when the conversation can't be written in this template. */
  render(request: ChatRequest, options: RenderOptions): RenderedPrompt;
}

/** What a family refuses although its wire could carry it. */
export interface FamilyLimits {
  /** Parameters that AWS refuses for these models. */
  readonly refuses: ReadonlySet<ParameterName>;
  /** A higher temperature becomes this one. */
  readonly maxTemperature: number;
  /** Whether `tool_choice` may force a call. */
  readonly forcesTools: boolean;
}

/** How a family of models talks. One file each in `families/`. */
export interface Family {
  readonly name: string;
  /** The template of the family's prompt route; absent where the service renders. */
  readonly template: ChatTemplate | undefined;
  /** Whether the family's own published template opens thinking, for wires where AWS renders it. */
  readonly opensReasoning: boolean;
  readonly limits: FamilyLimits;
  /** A fresh grammar for one choice of one answer. */
  createGrammar(options: GrammarOptions): Grammar;
}
