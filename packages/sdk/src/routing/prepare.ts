import type { ChatRequest } from "../core/chat.ts";
import type { RenderedPrompt } from "../core/family.ts";
import type { GrammarOptions } from "../core/grammar.ts";
import type { JsonObject } from "../core/json.ts";
import { checkParameters } from "./check-parameters.ts";
import type { Route } from "./route.ts";
import { replaceForcedToolChoice } from "./tool-choice.ts";

/** A request made ready for the network. */
export interface PreparedCall {
  readonly body: JsonObject;
  /** What was dropped, clamped or replaced, in sentences for the caller. */
  readonly warnings: readonly string[];
  readonly grammarOptions: Omit<GrammarOptions, "createCallId">;
  /** Stop sequences that we keep ourselves. */
  readonly stop: readonly string[];
  /**
   * The caller sent a prompt of their own, and wants the model's text as it stands. Where the service renders, it
   * writes marks of its own around that text (Kimi's `<reasoning>` in every chunk), which are nobody's prompt.
   */
  readonly verbatim: boolean;
}

export interface PrepareOptions {
  /** Leave out what the route does not take, and say so, instead of refusing it. */
  readonly dropParams: boolean;
  readonly addBosToken: boolean;
  /** OpenAI parameters of the request that no wire has. */
  readonly unsupported: readonly string[];
}

/**
 * Makes a request ready: checks what was asked for against what the route takes, renders the prompt where
 * one is sent, and writes the body. Pure: nothing is sent.
 *
 * @throws OutcropError `unsupported_parameter` naming the route and what it takes.
 */
export function prepareCall(given: ChatRequest, route: Route, options: PrepareOptions): PreparedCall {
  const warnings: string[] = [];
  const warn = (warning: string) => warnings.push(warning);
  const parameters = checkParameters(given.parameters, route, { ...options, warn });
  const request = replaceForcedToolChoice({ ...given, parameters }, route, warn);
  const rendered = render(request, route, options);
  return {
    body: route.wire.encode({ request, prompt: rendered?.prompt }),
    warnings,
    grammarOptions: {
      startsInReasoning: rendered ? rendered.opensReasoning : route.family.opensReasoning,
      toolNames: request.toolChoice === "none" ? [] : request.tools.map((tool) => tool.name),
      toolSchemas: new Map(request.tools.map((tool) => [tool.name, tool.parameters])),
    },
    stop: rendered ? (parameters.stop ?? []) : [],
    verbatim: route.wire.sendsPrompt && request.prompt !== undefined,
  };
}

function render(request: ChatRequest, route: Route, options: PrepareOptions): RenderedPrompt | undefined {
  if (!route.wire.sendsPrompt) return undefined;
  if (request.prompt !== undefined) return { prompt: request.prompt, opensReasoning: false };
  return route.template?.render(request, { addBosToken: options.addBosToken });
}
