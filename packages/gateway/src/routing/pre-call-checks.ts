import { type ChatMessage, type ChatRequest, OutcropError, textOf } from "@outcrop/sdk";
import type { Target } from "./model-groups.ts";

export interface PreCallChecks {
  /** `router_settings.enable_pre_call_checks` */
  readonly enablePreCallChecks: boolean;
  /** A region, or the beginning of one (`eu`), that the request must not leave. */
  readonly allowedRegion: string | undefined;
}

/**
 * The targets that can take a request at all: whose context window holds it, and which lie in the region asked for. A
 * window that the config does not state is taken to be large enough; a region that isn't known is taken to be another.
 *
 * @throws OutcropError `context_window_exceeded` or `permission_denied` when nothing is left.
 */
export function filterByRequest(
  targets: readonly Target[],
  request: ChatRequest,
  { enablePreCallChecks, allowedRegion }: PreCallChecks,
): readonly Target[] {
  if (!enablePreCallChecks) return targets;
  const near =
    allowedRegion === undefined ? targets : targets.filter((target) => isWithin(target, allowedRegion));
  if (near.length === 0) {
    throw new OutcropError("permission_denied", `No deployment of this model lies in ${allowedRegion}.`);
  }
  const tokens = estimateTokens(request);
  const fitting = near.filter((target) => tokens <= windowOf(target));
  if (fitting.length > 0) return fitting;
  const widest = Math.max(...near.map(windowOf));
  throw new OutcropError(
    "context_window_exceeded",
    `The request is about ${tokens} tokens long, and no deployment of this model takes more than ${widest}.`,
  );
}

function isWithin({ deployment }: Target, allowed: string): boolean {
  const region = deployment?.region ?? deployment?.ref.region ?? "";
  return region === allowed || region.startsWith(`${allowed}-`);
}

function windowOf({ entry }: Target): number {
  const limit = entry.info.max_input_tokens;
  return typeof limit === "number" ? limit : Infinity;
}

const charactersPerToken = 4;

/** Four characters a token: coarse, but the same for every family, and it costs nothing. */
export function estimateTokens({ messages, prompt, tools }: ChatRequest): number {
  const text =
    prompt === undefined ? messages.reduce((sum, message) => sum + lengthOf(message), 0) : prompt.length;
  const offered = tools.length === 0 ? 0 : JSON.stringify(tools).length;
  return Math.ceil((text + offered) / charactersPerToken);
}

function lengthOf(message: ChatMessage): number {
  const calls = message.role === "assistant" ? message.toolCalls : [];
  return calls.reduce(
    (sum, call) => sum + call.name.length + call.arguments.length,
    textOf(message.content).length,
  );
}
