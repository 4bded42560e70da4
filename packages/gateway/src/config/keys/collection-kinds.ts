import type { JsonObject, JsonValue } from "@outcrop/sdk";
import type { Fallbacks, FailureClass, FailurePolicy, ModelGroupAlias } from "../gateway-config.ts";
import { failureClasses } from "../gateway-config.ts";
import {
  type ConfigEntry,
  type ConfigNode,
  type MapNode,
  isAbsent,
  mapToJson,
  toJson,
} from "../source/config-node.ts";
import { type Kind, type Place, findingAt, inside, reportWrongKind } from "./kind.ts";
import { nearest } from "./nearest.ts";
import { count, flag, text, verbatim } from "./scalar-kinds.ts";

/** Any value, as JSON. */
export const anything: Kind<JsonValue> = { name: "anything", read: (node) => toJson(node) };

/** What has a table or a reader of its own. */
export const block: Kind<ConfigNode> = { name: "a block", isBlock: true, read: (node) => node };

/** A map, as JSON. */
export const object: Kind<JsonObject> = {
  name: "a map",
  read: (node, place) => (node.kind === "map" ? mapToJson(node) : reportWrongKind(node, place, "a map")),
};

/** A list of text; one text alone is a list of one. */
export const textList: Kind<readonly string[]> = {
  name: "a list of text",
  read: (node, place) => listOf(text, node, place),
};

/** The same with every space kept: stop sequences. */
export const verbatimList: Kind<readonly string[]> = {
  name: "a list of text",
  read: (node, place) => listOf(verbatim, node, place),
};

function listOf<T>(kind: Kind<T>, node: ConfigNode, place: Place): readonly T[] | undefined {
  if (node.kind === "map") return reportWrongKind(node, place, `a list of ${kind.name}`);
  const items = node.kind === "list" ? node.items : [node];
  return items.flatMap((item, index) =>
    isAbsent(item) ? [] : (kind.read(item, inside(place, index)) ?? []),
  );
}

/** A map whose values are all of one kind. */
export function mapOf<T>(kind: Kind<T>, name = `a map of ${kind.name}`): Kind<Readonly<Record<string, T>>> {
  return {
    name,
    isCredential: kind.isCredential ?? false,
    read(node, place) {
      if (node.kind !== "map") return reportWrongKind(node, place, name);
      return Object.fromEntries(readEntries(node, kind, place));
    },
  };
}

function readEntries<T>(map: MapNode, kind: Kind<T>, place: Place): readonly (readonly [string, T])[] {
  return map.entries.flatMap(({ key, value }) => {
    const read = isAbsent(value) ? undefined : kind.read(value, inside(place, key));
    return read === undefined ? [] : [[key, read] as const];
  });
}

/** Text by text: headers, aliases. A header may hold a key, and so may not be lost. */
export const headers: Kind<Readonly<Record<string, string>>> = {
  ...mapOf(text, "a map of text"),
  isCredential: true,
};

/** A list of maps with one group each, and the groups that stand in for it. The first entry of a group counts. */
export const fallbacks: Kind<Fallbacks> = {
  name: "a list of maps from a group to its fallbacks",
  read(node, place) {
    if (node.kind === "scalar") return reportWrongKind(node, place, fallbacks.name);
    const maps = node.kind === "list" ? node.items : [node];
    const entries = maps.flatMap((map, index) => fallbackEntries(map, inside(place, index)));
    return Object.fromEntries(entries.toReversed());
  },
};

function fallbackEntries(node: ConfigNode, place: Place): readonly (readonly [string, readonly string[]])[] {
  if (node.kind === "map") return readEntries(node, textList, place);
  reportWrongKind(node, place, "a map from a group to its fallbacks");
  return [];
}

/** Numbers by class of failure; LiteLLM writes `<Class>Retries` and `<Class>AllowedFails`. */
export function failurePolicy(suffix: "Retries" | "AllowedFails"): Kind<FailurePolicy> {
  const name = `a map of whole numbers such as RateLimitError${suffix}`;
  return {
    name,
    read(node, place) {
      if (node.kind !== "map") return reportWrongKind(node, place, name);
      const known = readEntries({ ...node, entries: knownEntries(node, suffix, place) }, count, place);
      return Object.fromEntries(known.map(([key, value]) => [key.slice(0, -suffix.length), value]));
    },
  };
}

function knownEntries(map: MapNode, suffix: string, place: Place): readonly ConfigEntry[] {
  const names = failureClasses.map((failure: FailureClass) => `${failure}${suffix}`);
  return map.entries.filter((entry) => {
    if (names.includes(entry.key)) return true;
    const near = nearest(entry.key, names);
    const hint = near === undefined ? `It knows ${names.join(", ")}` : `Did you mean ${near}`;
    const message = `${place.path}.${entry.key} is unknown and ignored. ${hint}${near === undefined ? "." : "?"}`;
    place.report(
      findingAt(
        entry,
        { path: `${place.path}.${entry.key}` },
        { level: "warning", code: "unknown_key", message },
      ),
    );
    return false;
  });
}

/** The name of a group, or a map of `model` and `hidden`. */
export const groupAlias: Kind<ModelGroupAlias> = {
  name: "a group's name, or a map of model and hidden",
  read(node, place) {
    if (node.kind !== "map") {
      const model = text.read(node, place);
      return model === undefined ? undefined : { model, hidden: false };
    }
    const model = node.entries.find(({ key }) => key === "model")?.value;
    const hidden = node.entries.find(({ key }) => key === "hidden")?.value;
    const name = model && text.read(model, inside(place, "model"));
    if (name === undefined) return reportWrongKind(node, place, groupAlias.name);
    return {
      model: name,
      hidden: hidden !== undefined && flag.read(hidden, inside(place, "hidden")) === true,
    };
  },
};
