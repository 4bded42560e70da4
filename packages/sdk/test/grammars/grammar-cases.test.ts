import { describe, expect, test } from "vitest";
import { inputsOf } from "./cases/row.ts";
import { tables } from "./cases/all.ts";
import { foldGrammar } from "./fold-grammar.ts";

describe.each(Object.entries(tables))("%s", (_table, rows) => {
  test.each(rows.map((row) => [row.title, row] as const))("%s", (_title, row) => {
    const folded = foldGrammar(row.spec, inputsOf(row), row.options);
    const calls = row.calls ?? [];
    expect(folded).toEqual({
      text: row.text ?? "",
      reasoning: row.reasoning ?? "",
      calls: calls.map(([name, json, id]) => ({ id: id ?? expect.any(String), name, arguments: json })),
    });
  });
});
