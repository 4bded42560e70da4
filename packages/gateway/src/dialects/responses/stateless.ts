import { type Members, booleanOf, isGiven, optional, refuseUnsupported } from "../field.ts";

/**
 * Refuses what needs a memory: this API keeps none, so that any replica may answer any request.
 *
 * @throws OutcropError `unsupported_parameter`
 */
export function checkStateless(at: Members): void {
  for (const [name, reason] of Object.entries(refusals)) {
    if (isGiven(at(name))) refuseUnsupported(at(name), reason);
  }
  if (optional(at("background"), booleanOf)) {
    refuseUnsupported(
      at("background"),
      "nothing is stored here to be fetched later. Leave it out, and use stream for a long answer.",
    );
  }
}

const refusals = {
  previous_response_id: "nothing is stored here. Send the whole conversation in input.",
  conversation: "nothing is stored here. Send the whole conversation in input.",
  prompt: "no prompt templates are kept here. Send the text in instructions and input.",
};

/** What a client may think happens, and does not. */
export function stateWarnings(at: Members): readonly string[] {
  const store = optional(at("store"), booleanOf) ?? false;
  return [
    ...(store ? ["store: nothing is stored, so this response cannot be fetched or continued by its id"] : []),
    ...(at("truncation").value === "auto"
      ? ["truncation: nothing is cut, too long an input is refused"]
      : []),
    ...(isGiven(at("context_management")) ? ["context_management: ignored, the input is sent as it is"] : []),
  ];
}
