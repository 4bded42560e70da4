/**
 * Makes docs/performance.md and its charts from the newest figures.
 *
 *   npm run bench:report
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { newestRun } from "./speed/report/newest-run.ts";
import { toPage } from "./speed/report/page.ts";
import { toChart } from "./speed/report/svg.ts";

const { file, run } = newestRun();
const docs = (name: string) => fileURLToPath(new URL(`../docs/${name}`, import.meta.url));
for (const [name, content] of [
  ["performance.md", toPage(run)],
  ["performance-whole.svg", toChart(run, "whole-prompt")],
  ["performance-stream.svg", toChart(run, "stream-prompt")],
] as const) {
  writeFileSync(docs(name), content);
  console.log(`docs/${name}, ${readFileSync(docs(name)).length} bytes, of ${file}`);
}
