import type { JsonObject, JsonValue } from "@outcrop/sdk";
import type { Position } from "../finding.ts";

/** A value of a config, and where it stands. Anchors and merge keys are already put in. */
export type ConfigNode = MapNode | ListNode | ScalarNode;

export interface MapNode {
  readonly kind: "map";
  readonly position: Position;
  readonly entries: readonly ConfigEntry[];
  /** What another entry of the same key has taken the place of. */
  readonly shadowed: readonly ShadowedEntry[];
}

export interface ListNode {
  readonly kind: "list";
  readonly position: Position;
  readonly items: readonly ConfigNode[];
}

export interface ScalarNode {
  readonly kind: "scalar";
  readonly position: Position;
  readonly value: string | number | boolean | null;
  /** As it is written. */
  readonly text: string;
  /** The environment variable that the value was taken from; an unset one leaves the value null. */
  readonly reference?: string;
}

export interface ConfigEntry {
  readonly key: string;
  /** Where the key stands. */
  readonly position: Position;
  readonly value: ConfigNode;
}

export interface ShadowedEntry {
  readonly entry: ConfigEntry;
  readonly by: Position;
  /** The same key again in one map, or a block of a file that is included. */
  readonly how: "duplicate" | "include";
}

/** A key of a map. */
export function findEntry(map: MapNode, key: string): ConfigEntry | undefined {
  return map.entries.find((entry) => entry.key === key);
}

/** Whether a node says nothing: `key:`, `key: null`, or a reference to a variable that is not set. */
export function isAbsent(node: ConfigNode): boolean {
  return node.kind === "scalar" && node.value === null;
}

/** The value as JSON. References that lead nowhere are left out. */
export function toJson(node: ConfigNode): JsonValue {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "map") return mapToJson(node);
  return node.items.filter((item) => !isUnset(item)).map(toJson);
}

/** A map as JSON. */
export function mapToJson(node: MapNode): JsonObject {
  return Object.fromEntries(
    node.entries.filter(({ value }) => !isUnset(value)).map(({ key, value }) => [key, toJson(value)]),
  );
}

/** Every reference at and below a node that leads to a variable that is not set. */
export function unsetReferences(node: ConfigNode): readonly UnsetReference[] {
  if (isUnset(node)) return [node];
  if (node.kind === "list") return node.items.flatMap(unsetReferences);
  if (node.kind === "map") return node.entries.flatMap(({ value }) => unsetReferences(value));
  return [];
}

type UnsetReference = ScalarNode & { readonly reference: string };

function isUnset(node: ConfigNode): node is UnsetReference {
  return node.kind === "scalar" && node.reference !== undefined && node.value === null;
}
