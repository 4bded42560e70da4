import { deepseekRows } from "./deepseek.ts";
import { functionXmlRows } from "./function-xml.ts";
import { harmonyRows } from "./harmony.ts";
import { hermesRows } from "./hermes.ts";
import { kimiRows } from "./kimi.ts";
import { llamaRows } from "./llama.ts";
import { mistralRows } from "./mistral.ts";
import { reasoningRows } from "./reasoning.ts";
import type { Row } from "./row.ts";
import { structuredRows } from "./structured.ts";
import { turnRows } from "./turn.ts";
import { whitespaceRows } from "./whitespace.ts";

/** Every row, by its table. */
export const tables: Readonly<Record<string, readonly Row[]>> = {
  reasoning: reasoningRows,
  whitespace: whitespaceRows,
  turn: turnRows,
  hermes: hermesRows,
  llama: llamaRows,
  mistral: mistralRows,
  deepseek: deepseekRows,
  "function-xml": functionXmlRows,
  kimi: kimiRows,
  harmony: harmonyRows,
  structured: structuredRows,
};

/** Every row with its whole title. */
export const allRows: readonly Row[] = Object.entries(tables).flatMap(([table, rows]) =>
  rows.map((row) => ({ ...row, title: `${table}: ${row.title}` })),
);
