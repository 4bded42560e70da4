import { type JsonValue, isJsonObject } from "@outcrop/sdk";

/**
 * A copy without what a path leads to: `seed`, `tools[*].function.strict`, `parent.child`, `list[0]`; a star is every
 * element, or every key. Where it leads nowhere, the value itself is given back.
 */
export function dropPath<T extends JsonValue>(value: T, path: string): T;
export function dropPath(value: JsonValue, path: string): JsonValue {
  return drop(value, path.match(/[^.[\]]+/g) ?? []);
}

function drop(value: JsonValue, [step, ...rest]: readonly string[]): JsonValue {
  if (step === undefined) return value;
  const without = rest.length === 0 ? () => undefined : (child: JsonValue) => drop(child, rest);
  if (Array.isArray(value)) return dropFromList(value, step, without);
  return isJsonObject(value) ? dropFromEntries(value, step, without) : value;
}

type Without = (child: JsonValue) => JsonValue | undefined;

function dropFromList(list: readonly JsonValue[], step: string, without: Without): JsonValue {
  const items = list.map((item, index) => (step === "*" || step === String(index) ? without(item) : item));
  const isSame = items.every((item, index) => item === list[index]);
  return isSame ? list : items.filter((item) => item !== undefined);
}

function dropFromEntries(
  value: Readonly<Record<string, JsonValue | undefined>>,
  step: string,
  without: Without,
): JsonValue {
  const entries = Object.entries(value).map(([key, child]): [string, JsonValue | undefined] => [
    key,
    child !== undefined && (step === "*" || step === key) ? without(child) : child,
  ]);
  const isSame = entries.every(([key, child]) => child === value[key]);
  return isSame ? value : Object.fromEntries(entries.filter(([, child]) => child !== undefined));
}
