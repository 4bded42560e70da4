import type { ChatParameters } from "../core/chat.ts";
import type { JsonObject, JsonValue } from "../core/json.ts";

/** How a wire spells the parameters that AWS takes on it: our name → AWS's key. */
export type Spelling = { readonly [Key in keyof ChatParameters]?: string };

/** The parameters that are set, under the wire's own keys; what was not asked for is not sent. */
export function spellParameters(parameters: ChatParameters, spelling: Spelling): JsonObject {
  const body: Record<string, JsonValue> = {};
  for (const name in parameters) {
    const key = spelling[name as keyof ChatParameters];
    const value = parameters[name as keyof ChatParameters];
    if (key !== undefined && value !== undefined) body[key] = value as JsonValue;
  }
  return body;
}
