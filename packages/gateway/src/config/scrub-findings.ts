import type { Finding } from "./finding.ts";
import type { ConfigNode } from "./source/config-node.ts";

/** Shorter values would blot out half a message, and are no secret. */
const leastLength = 6;

/** What keys and variables are called that hold one. */
const secretName = /key|secret|token|password|authorization/i;

/**
 * Takes secrets out of messages. Most messages repeat no value, but those of a model string, a region or a template
 * do, and a secret may stand there by mistake.
 */
export function scrubFindings(findings: readonly Finding[], root: ConfigNode): readonly Finding[] {
  const hidden = new Map<string, string>();
  collect(root, { hidden, seen: new Set(), isSecret: false });
  // The longest first: one secret may be a part of another.
  const values = [...hidden].toSorted(([left], [right]) => right.length - left.length);
  return findings.map((finding) => ({
    ...finding,
    message: values.reduce(
      (message, [value, shown]) => message.replaceAll(value, () => shown),
      finding.message,
    ),
  }));
}

interface Collection {
  readonly hidden: Map<string, string>;
  readonly seen: Set<ConfigNode>;
  readonly isSecret: boolean;
}

function collect(node: ConfigNode, collection: Collection): void {
  if (node.kind === "scalar") {
    const value = typeof node.value === "string" ? node.value.trim() : node.text;
    if (value.length < leastLength) return;
    const { reference } = node;
    const shown = reference === undefined ? "…" : `os.environ/${reference}`;
    if (collection.isSecret || secretName.test(reference ?? "")) collection.hidden.set(value, shown);
    return;
  }
  if (collection.seen.has(node)) return;
  collection.seen.add(node);
  if (node.kind === "list") for (const item of node.items) collect(item, collection);
  else {
    for (const { key, value } of node.entries) {
      collect(value, { ...collection, isSecret: collection.isSecret || secretName.test(key) });
    }
  }
}
