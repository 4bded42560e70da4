import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { newestRun } from "../../bench/speed/report/newest-run.ts";
import { toPage } from "../../bench/speed/report/page.ts";
import { toChart } from "../../bench/speed/report/svg.ts";
import { toTable } from "../../bench/speed/report/table.ts";
import { targetsOf } from "../../bench/speed/report/targets.ts";
import type { BenchRun, Sample } from "../../bench/speed/results.ts";

const { run } = newestRun();
const docs = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8");

test("docs/performance.md and its charts are what the newest figures make", () => {
  expect(docs("performance.md")).toBe(toPage(run));
  expect(docs("performance-whole.svg")).toBe(toChart(run, "whole-prompt"));
  expect(docs("performance-stream.svg")).toBe(toChart(run, "stream-prompt"));
});

const percentiles = { p50: 2, p90: 3, p99: 4, max: 5, count: 10 };

function sample(round: number, program: string, cpuUs: number): Sample {
  const load = {
    requests: 1000 / cpuUs,
    allRequests: 10,
    allSeconds: 1,
    errors: 0,
    seconds: 1,
    whole: percentiles,
    first: percentiles,
    gaps: percentiles,
    stalls: 0,
    failure: undefined,
  };
  return { round, program, case: "whole-prompt", cpuUs, cpuShare: 0.5, memoryMb: 100, load };
}

/** The machine is slower in the second round: only pairs of one round may be compared. */
const made: BenchRun = {
  ...run,
  programs: [
    { name: "floor", title: "the floor" },
    { name: "outcrop", title: 'a "title" & more' },
  ],
  cases: [{ name: "whole-prompt", title: "whole <answers>", connections: 1 }],
  samples: [
    sample(1, "floor", 50),
    sample(1, "outcrop", 90),
    sample(2, "floor", 100),
    sample(2, "outcrop", 200),
    sample(3, "floor", 50),
    sample(3, "outcrop", 80),
  ],
  starts: [],
  leftOut: [],
};

test("ratios are taken pair by pair", () => {
  expect(toPage(made)).toContain("| outcrop | 90 | 1.80 (1.60–2.00) |");
  expect(toTable(made)).toContain("1.80 × floor");
  const [whole, chat] = targetsOf(made);
  expect(whole).toMatchObject({ measured: "1.80 ×", isMet: true });
  expect(chat).toMatchObject({ measured: "not measured", isMet: undefined });
});

test("the chart is an SVG with a bar for each program, and escapes its words", () => {
  const chart = toChart(made, "whole-prompt");
  expect(chart.match(/<rect /g)).toHaveLength(2);
  expect(chart).toContain("whole &lt;answers>");
  expect(chart.match(/<(\w+)[^>]*[^/]>/g)?.length).toBe(chart.match(/<\/\w+>/g)?.length);
});
