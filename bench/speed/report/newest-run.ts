import { readFileSync, readdirSync } from "node:fs";
import type { BenchRun } from "../results.ts";

const results = new URL("../../results/", import.meta.url);

/** The figures with the latest date. @throws Error when there are none. */
export function newestRun(): { readonly file: string; readonly run: BenchRun } {
  const file = readdirSync(results)
    .filter((name) => name.endsWith(".json"))
    .toSorted()
    .at(-1);
  if (file === undefined) throw new Error("There are no figures yet: npm run bench makes them.");
  return { file, run: JSON.parse(readFileSync(new URL(file, results), "utf8")) as BenchRun };
}
