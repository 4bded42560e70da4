import type { Block, KeyTable, Verdict } from "../../src/config/keys/block.ts";

/** A block's table as Markdown, as `docs/configuration.md` shows it. */
export function toMarkdown(block: Block<KeyTable>): string {
  const rows = Object.entries(block.keys).map(([key, rule]) => ({ key, rule }));
  const honoured = rows.filter(({ rule }) => rule.verdict === "honour");
  const table = [
    "| Key | Value | What it does |",
    "|---|---|---|",
    ...honoured.map(({ key, rule }) => `| \`${key}\` | ${rule.kind.name} | ${rule.note} |`),
  ].join("\n");
  return [table, listOf("accept", "Accepted, with a warning, and ignored:"), listOf("refuse", "Refused:")]
    .filter(Boolean)
    .join("\n\n");

  /** Keys of one reason stand in one line. */
  function listOf(verdict: Verdict, title: string): string {
    const notes = Map.groupBy(
      rows.filter(({ rule }) => rule.verdict === verdict),
      ({ rule }) => rule.note,
    );
    const lines = [...notes].map(
      ([note, keys]) => `- ${keys.map(({ key }) => `\`${key}\``).join(", ")}: ${note}.`,
    );
    return lines.length === 0 ? "" : `${title}\n\n${lines.join("\n")}`;
  }
}
