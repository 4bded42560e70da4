import type { FindingCode, FindingLevel } from "../finding.ts";
import type { ConfigEntry, ConfigNode } from "../source/config-node.ts";
import { type Block, type KeyRule, type KeyTable, findRule } from "./block.ts";
import { blockList } from "./block-list.ts";
import { type Place, findingAt, inside } from "./kind.ts";
import { editDistance, nearest, plain } from "./nearest.ts";

/** The key that an unknown one stands for, as far as can be told. */
export interface Resemblance {
  readonly key: string;
  readonly block: Block<KeyTable>;
  /** The right word in the wrong block. */
  readonly isExact: boolean;
  readonly rule: KeyRule<unknown>;
}

/** Says that a key is not one of its block, what it was meant to be, and where that belongs. */
export function reportUnknownKey(entry: ConfigEntry, block: Block<KeyTable>, place: Place): void {
  const meant = findResemblance(entry.key, block);
  const code: FindingCode = meant?.isExact === true ? "misplaced_key" : "unknown_key";
  const level: FindingLevel = meant?.rule.closes === true ? "error" : "warning";
  const what = code === "misplaced_key" ? "ignored" : "unknown and ignored";
  const message = `${place.path} is ${what}${explain(meant, block)}`;
  place.report(findingAt(entry, place, { level, code, message }));
  reportLost(entry.value, block, place);
}

/** Says that a key is not known, and goes to the model. */
export function reportForwardedKey(entry: ConfigEntry, block: Block<KeyTable>, place: Place): void {
  const message = `${place.path} is unknown, and sent to the model with every call${explain(findResemblance(entry.key, block), block)}`;
  place.report(findingAt(entry, place, { level: "warning", code: "forwarded_key", message }));
}

/** What should close the gateway does nothing below an unknown key either: `general_setings: {master_key: …}`. */
function reportLost(node: ConfigNode, block: Block<KeyTable>, place: Place): void {
  if (node.kind === "list") for (const item of node.items) reportLost(item, block, place);
  if (node.kind !== "map") return;
  for (const entry of node.entries) {
    const below = inside(place, entry.key);
    if (findClosing(entry.key, block) === undefined) reportLost(entry.value, block, below);
    else reportUnknownKey(entry, block, below);
  }
}

function explain(meant: Resemblance | undefined, block: Block<KeyTable>): string {
  if (meant === undefined) return ".";
  const { key, rule, isExact } = meant;
  const home = meant.block.name;
  const advice = isExact
    ? `: it belongs to ${home}.`
    : `. Did you mean ${key}${meant.block === block ? "" : ` of ${home}`}?`;
  if (rule.verdict === "refuse") return `${advice} There it is refused: ${rule.note}.`;
  return rule.closes === true ? `${advice} Without it the gateway lets in whom it keeps out.` : advice;
}

/** What an unknown key resembles: first the keys that close the gateway, then the same word elsewhere, then a near one. */
export function findResemblance(key: string, block: Block<KeyTable>): Resemblance | undefined {
  return findClosing(key, block) ?? findElsewhere(key, block) ?? findNear(key, block);
}

/** Wider than for other keys: `litellm_master_key`, `masterkey`, `master_kye`. */
function findClosing(key: string, block: Block<KeyTable>): Resemblance | undefined {
  const word = plain(key).replace(/^(?:litellm|outcrop|proxy|general)/, "");
  for (const candidate of inOrder(block)) {
    for (const [name, rule] of Object.entries(candidate.keys)) {
      if (rule.closes === true && isWithinTwo(word, plain(name))) {
        return { key: name, block: candidate, isExact: name === key, rule };
      }
    }
  }
  return undefined;
}

function isWithinTwo(left: string, right: string): boolean {
  return Math.abs(left.length - right.length) <= 2 && editDistance(left, right) <= 2;
}

function findElsewhere(key: string, block: Block<KeyTable>): Resemblance | undefined {
  const found = inOrder(block).flatMap((candidate) => {
    const rule = candidate === block ? undefined : findRule(candidate.keys, key);
    return rule === undefined ? [] : [{ key, block: candidate, isExact: true, rule }];
  });
  return found.find(({ rule }) => rule.verdict === "honour") ?? found[0];
}

function findNear(key: string, block: Block<KeyTable>): Resemblance | undefined {
  for (const candidate of [block, ...inOrder(block)]) {
    const near = nearest(
      key,
      Object.keys(candidate.keys).filter((name) => !name.includes("*")),
    );
    const rule = near === undefined ? undefined : candidate.keys[near];
    if (near !== undefined && rule !== undefined)
      return { key: near, block: candidate, isExact: false, rule };
  }
  return undefined;
}

/** The blocks about the same thing first. */
function inOrder(block: Block<KeyTable>): readonly Block<KeyTable>[] {
  return blockList.toSorted(
    (left, right) => Number(right.scope === block.scope) - Number(left.scope === block.scope),
  );
}
