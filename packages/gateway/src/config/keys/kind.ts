import type { Finding, FindingCode, FindingLevel, Report } from "../finding.ts";
import type { ConfigNode } from "../source/config-node.ts";

/** Where a value stands in the document, and who is told what is wrong with it. */
export interface Place {
  /** As `router_settings.timeout`. */
  readonly path: string;
  readonly report: Report;
}

/** A kind of value: what a person calls it, and how it is read. */
export interface Kind<T> {
  /** Fits after "must be": `a number of seconds`. */
  readonly name: string;
  /** Who calls, or who may: then a reference that leads nowhere is an error and no mere gap. */
  readonly isCredential?: boolean;
  /** It has a table or a reader of its own, which reports what is wrong in it. */
  readonly isBlock?: boolean;
  /** `undefined` says nothing, or something wrong that has been reported. */
  read(node: ConfigNode, place: Place): T | undefined;
}

/** The place of a key in a map, or of an item in a list. */
export function inside(place: Place, key: string | number): Place {
  if (typeof key === "number") return { ...place, path: `${place.path}[${key}]` };
  const name = /^[^\s"'.[\]]+$/.test(key) ? key : JSON.stringify(key);
  return { ...place, path: place.path === "" ? name : `${place.path}.${name}` };
}

/** A finding at a node. */
export function findingAt(
  node: Pick<ConfigNode, "position">,
  place: Pick<Place, "path">,
  about: { readonly level: FindingLevel; readonly code: FindingCode; readonly message: string },
): Finding {
  return { ...node.position, ...about, path: place.path };
}

/** Says that a value is not of its kind. The value itself is not repeated: it may be a secret in the wrong place. */
export function reportWrongKind(node: ConfigNode, place: Place, name: string): undefined {
  const message = `${place.path} must be ${name}, and is ${describe(node)}.`;
  place.report(findingAt(node, place, { level: "error", code: "wrong_kind", message }));
}

function describe(node: ConfigNode): string {
  if (node.kind !== "scalar") return `a ${node.kind}`;
  const origin = node.reference === undefined ? "" : ` (the environment variable ${node.reference})`;
  if (node.value === null) return `empty${origin}`;
  if (node.value === "") return `empty text${origin}`;
  if (typeof node.value === "boolean") return `${node.value}${origin}; put text in quotes`;
  return `${typeof node.value === "number" ? "a number" : "other text"}${origin}`;
}
