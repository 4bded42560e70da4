import type { CallbackName } from "../gateway-config.ts";
import { textList } from "./collection-kinds.ts";
import { type Kind, findingAt } from "./kind.ts";

const built: readonly CallbackName[] = ["prometheus", "otel", "generic_api"];

/** Other names of the same. */
const synonyms: ReadonlyMap<string, CallbackName> = new Map([
  ["generic", "generic_api"],
  ["opentelemetry", "otel"],
]);

function isBuilt(word: string): word is CallbackName {
  return built.some((name) => name === word);
}

/** Callbacks by name; those that are not built are named and left aside. */
export const callbackList: Kind<readonly CallbackName[]> = {
  name: "a list of callbacks",
  read(node, place) {
    return textList.read(node, place)?.flatMap((word) => {
      const name = isBuilt(word) ? word : synonyms.get(word);
      if (name !== undefined) return [name];
      const message = `${place.path}: the callback ${word} is ignored: there are ${built.join(", ")}.`;
      place.report(findingAt(node, place, { level: "warning", code: "ignored_key", message }));
      return [];
    });
  },
};
