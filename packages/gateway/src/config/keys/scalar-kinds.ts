import type { ConfigNode, ScalarNode } from "../source/config-node.ts";
import { type Kind, type Place, findingAt, reportWrongKind } from "./kind.ts";
import { nearest } from "./nearest.ts";

/** Text. A number is taken as it is written, so that an account id keeps its zeros. */
export const text: Kind<string> = { name: "text", read: readText };

/** Text that says who calls: a role, a profile. Not a secret, and yet nothing to fall back from. */
export const identity: Kind<string> = { name: "text", isCredential: true, read: readText };

/** Text that is shown to nobody. */
export const secret: Kind<string> = { name: "text (a secret)", isCredential: true, read: readText };

/** Text whose every space and line break counts. */
export const verbatim: Kind<string> = {
  name: "text",
  read: (node, place) =>
    node.kind === "scalar" && typeof node.value === "string" ? node.value : text.read(node, place),
};

function readText(node: ConfigNode, place: Place): string | undefined {
  const value = textOf(node);
  if (value === undefined) return reportWrongKind(node, place, "text");
  if (value !== "" || node.kind !== "scalar") return value;
  if (node.reference !== undefined) {
    const message = `${place.path}: the environment variable ${node.reference} is empty, and so the key is not set.`;
    place.report(findingAt(node, place, { level: "warning", code: "unset_reference", message }));
  }
  return undefined;
}

function textOf(node: ConfigNode): string | undefined {
  if (node.kind !== "scalar") return undefined;
  if (typeof node.value === "string") return node.value.trim();
  return typeof node.value === "number" ? node.text : undefined;
}

/** `true` and `false`, in PyYAML's spellings, and in quotes. */
export const flag: Kind<boolean> = {
  name: "true or false",
  read(node, place) {
    const value = node.kind === "scalar" ? node.value : undefined;
    if (typeof value === "boolean") return value;
    const word = String(value).trim().toLowerCase();
    if (/^(?:true|yes|on|1)$/.test(word)) return true;
    if (/^(?:false|no|off|0)$/.test(word)) return false;
    return reportWrongKind(node, place, "true or false");
  },
};

/** A number of at least 0; a string of digits is one too. */
export const number: Kind<number> = {
  name: "a number",
  read: (node, place) => readNumber(node, place, "a number of at least 0"),
};

/** Seconds. */
export const seconds: Kind<number> = {
  name: "a number of seconds",
  read: (node, place) => readNumber(node, place, "a number of seconds"),
};

/** A whole number of at least 0. */
export const count: Kind<number> = {
  name: "a whole number",
  read(node, place) {
    const value = numberOf(node);
    return Number.isSafeInteger(value)
      ? readNumber(node, place, "a whole number")
      : reportWrongKind(node, place, "a whole number");
  },
};

/** A number of either sign. */
export const anyNumber: Kind<number> = {
  name: "a number",
  read: (node, place) => numberOf(node) ?? reportWrongKind(node, place, "a number"),
};

function readNumber(node: ConfigNode, place: Place, name: string): number | undefined {
  const value = numberOf(node);
  return value === undefined || value < 0 ? reportWrongKind(node, place, name) : value;
}

function numberOf(node: ConfigNode): number | undefined {
  if (node.kind !== "scalar") return undefined;
  const value = typeof node.value === "string" ? numberOfText(node) : node.value;
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** PyYAML takes `1e-6` for text, and LiteLLM's configs put numbers in quotes and in the environment. */
function numberOfText({ value }: ScalarNode): number | undefined {
  const digits = String(value).trim();
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(digits) ? Number(digits) : undefined;
}

/** One word of a list. */
export function oneOf<const Word extends string>(words: readonly Word[]): Kind<Word> {
  const name = `one of ${words.join(", ")}`;
  return {
    name,
    read(node, place) {
      const given = textOf(node);
      const word = words.find((known) => known === given);
      if (word !== undefined || given === undefined) return word ?? reportWrongKind(node, place, name);
      const near = nearest(given, words);
      const hint = near === undefined ? "" : ` Did you mean ${near}?`;
      const message = `${place.path} must be ${name}.${hint}`;
      place.report(findingAt(node, place, { level: "error", code: "wrong_kind", message }));
      return undefined;
    },
  };
}
