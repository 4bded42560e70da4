import type { JsonObject } from "../core/json.ts";
import type { RawDelta } from "../core/raw-delta.ts";
import { objectsAt, stringAt } from "./read.ts";

/** What older Mistral and Mixtral imports answer, whatever the request: `outputs[].text` with a `stop_reason`. */
export function decodeOutputs(json: JsonObject): readonly RawDelta[] | undefined {
  const outputs = objectsAt(json, "outputs");
  if (outputs.length === 0 || !outputs.every((output) => "text" in output)) return undefined;
  return outputs.flatMap((output, choice): readonly RawDelta[] => {
    const text = stringAt(output, "text");
    const reason = stringAt(output, "stop_reason");
    return [
      ...(text ? [{ type: "text", choice, text } as const] : []),
      ...(reason === undefined ? [] : [{ type: "stop", choice, reason } as const]),
    ];
  });
}
