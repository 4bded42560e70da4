import { createHash } from "node:crypto";
import type { ConfigNode } from "../source/config-node.ts";

/**
 * An id for a deployment that has none: a hash of its entry as it is written, so that it is the same on every
 * replica and does not change with the secrets that the entry refers to. Equal entries are told apart by their count.
 */
export function toDeploymentId(entry: ConfigNode, taken: ReadonlySet<string>): string {
  const text = canonical(entry);
  for (let turn = 0; ; turn++) {
    const id = createHash("sha256").update(`${turn}:${text}`).digest("hex");
    if (!taken.has(id)) return id;
  }
}

/** The same for the same content, whatever the order of its keys. */
function canonical(node: ConfigNode): string {
  if (node.kind === "scalar") return JSON.stringify(node.text);
  if (node.kind === "list") return `[${node.items.map(canonical).join(",")}]`;
  const entries = node.entries.map(({ key, value }) => `${JSON.stringify(key)}:${canonical(value)}`);
  return `{${entries.toSorted().join(",")}}`;
}
