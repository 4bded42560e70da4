import type { OutcropError } from "@outcrop/sdk";
import type { Fallbacks, RouterSettings } from "../config/gateway-config.ts";
import { failureRules } from "./failure-rules.ts";
import { own } from "./model-groups.ts";

/** The groups that the config, or the request itself, names for a group that has failed; in order, perhaps none. */
export function fallbacksFor(
  { names, error, asked }: FailedGroup,
  settings: Pick<
    RouterSettings,
    "fallbacks" | "contextWindowFallbacks" | "contentPolicyFallbacks" | "defaultFallbacks"
  >,
): readonly string[] {
  switch (failureRules[error.code].fallback) {
    case "general":
      return asked ?? listed(settings.fallbacks, names) ?? settings.defaultFallbacks;
    case "context-window":
      return listed(settings.contextWindowFallbacks, names) ?? [];
    case "content-policy":
      return listed(settings.contentPolicyFallbacks, names) ?? [];
    case "none":
      return [];
  }
}

export interface FailedGroup {
  /** What the group is called: as asked for, after aliases, and as its pattern. */
  readonly names: readonly string[];
  readonly error: Pick<OutcropError, "code">;
  /** Those that the request brought. */
  readonly asked: readonly string[] | undefined;
}

/** The first list under one of the names; a star stands for all of them. */
function listed(fallbacks: Fallbacks, names: readonly string[]): readonly string[] | undefined {
  for (const name of [...names, "*"]) {
    const list = own(fallbacks, name);
    if (list) return list;
  }
  return undefined;
}
