import { type BenchRun, type Sample, type Spread, figuresOf, pairs, spreadOf } from "../results.ts";
import { targetsOf } from "./targets.ts";
import { text } from "./text.ts";

/** `docs/performance.md`: every figure is the run's, every word the template's. */
export function toPage(run: BenchRun): string {
  return [
    text.head,
    text.machine(run),
    "## Where we stand\n",
    targetTable(run),
    text.charts,
    "## Processor time and throughput\n",
    text.ratios,
    ...run.cases.filter(isBurst).map((each) => costTable(run, each)),
    "## One request at a time\n",
    text.added,
    latencyTable(run),
    "## Streams at 50 tokens a second\n",
    text.paced,
    ...run.cases.filter((each) => !isBurst(each)).map((each) => pacedTable(run, each)),
    "## Memory and start\n",
    memoryTable(run),
    text.flat,
    "## What ran\n",
    ...run.programs.map(({ name, title }) => `- **${name}**: ${title}`),
    ...run.leftOut.map(
      ({ program, case: name, why }) =>
        `- left out: ${program}${name === undefined ? "" : ` in ${name}`}: ${oneLine(why)}`,
    ),
    "",
    text.doubts,
  ].join("\n");
}

type BenchCase = BenchRun["cases"][number];

function isBurst({ name }: BenchCase): boolean {
  return !name.startsWith("paced");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(head),
    line(head.map((_, index) => (index === 0 ? "---" : "--:"))),
    ...rows.map(line),
    "",
  ].join("\n");
}

function targetTable(run: BenchRun): string {
  const mark = (isMet: boolean | undefined) => (isMet === undefined ? "–" : isMet ? "met" : "**not met**");
  return table(
    ["what", "target", "measured", ""],
    targetsOf(run).map(({ what, target, measured, isMet }) => [what, target, measured, mark(isMet)]),
  );
}

function costTable(run: BenchRun, { name, title }: BenchCase): string {
  const rows = run.programs.flatMap(({ name: program }) => {
    const at = { program, case: name };
    const rate = spreadOf(figuresOf(run, at, ({ load }) => load.requests / load.seconds));
    const cpu = spreadOf(figuresOf(run, at, ({ cpuUs }) => cpuUs));
    if (!rate || !cpu) return [];
    const ratio = spreadOf(pairs(run, { ...at, base: "floor" }, (own, base) => own.cpuUs / base.cpuUs));
    const isNobody = program === "direct";
    return [
      [program, isNobody ? "–" : whole(cpu), isNobody ? "–" : against(ratio), whole(rate), faults(run, at)],
    ];
  });
  return `### ${title}\n\n${table(["", "CPU µs a request", "× floor (least–most)", "a second", "failed"], rows)}`;
}

function latencyTable(run: BenchRun): string {
  const rows = run.programs.flatMap(({ name: program }) => {
    const added = (pick: (sample: Sample) => number) =>
      spreadOf(
        pairs(run, { program, base: "direct", case: "whole-one" }, (own, base) => pick(own) - pick(base)),
      );
    const [p50, p99] = [added(({ load }) => load.whole.p50), added(({ load }) => load.whole.p99)];
    return p50 && p99 && program !== "direct" ? [[program, ms(p50), ms(p99)]] : [];
  });
  return table(["", "added p50, ms", "added p99, ms"], rows);
}

function pacedTable(run: BenchRun, { name, title }: BenchCase): string {
  const rows = run.programs.flatMap(({ name: program }) => {
    const at = { program, case: name };
    const base = { program, base: "direct", case: name };
    const share = spreadOf(figuresOf(run, at, ({ cpuShare }) => cpuShare * 100));
    const stalls = spreadOf(figuresOf(run, at, ({ load }) => load.stalls));
    const first = spreadOf(pairs(run, base, (own, other) => own.load.first.p50 - other.load.first.p50));
    const last = spreadOf(pairs(run, base, (own, other) => own.load.first.p99 - other.load.first.p99));
    const gap = spreadOf(pairs(run, base, (own, other) => own.load.gaps.p99 - other.load.gaps.p99));
    if (!share || !stalls || !first || !last || !gap) return [];
    const core = program === "direct" ? "–" : `${share.median.toFixed(0)} %`;
    return [[program, core, ms(first), ms(last), ms(gap), whole(stalls), faults(run, at)]];
  });
  const head = [
    "",
    "of a core",
    "added to the first token, p50 ms",
    "p99 ms",
    "added to a gap, p99 ms",
    "stalls",
    "failed",
  ];
  return `### ${title}\n\n${table(head, rows)}`;
}

function memoryTable(run: BenchRun): string {
  const rows = run.programs.flatMap(({ name: program }) => {
    const memory = spreadOf(
      run.samples.filter((sample) => sample.program === program).map(({ memoryMb }) => memoryMb),
    );
    const start = spreadOf(run.starts.filter((each) => each.program === program).map((each) => each.ms));
    return memory && start
      ? [[program, memory.median.toFixed(0), memory.most.toFixed(0), start.median.toFixed(0)]]
      : [];
  });
  return table(["", "resident under load, median MB", "at the most MB", "start until it listens, ms"], rows);
}

function faults(run: BenchRun, at: { readonly program: string; readonly case: string }): string {
  const count = figuresOf(run, at, ({ load }) => load.errors).reduce((sum, errors) => sum + errors, 0);
  return count === 0 ? "" : String(count);
}

function whole({ median }: Spread): string {
  return median < 10 ? median.toFixed(1) : String(Math.round(median));
}

function against(ratio: Spread | undefined): string {
  if (!ratio) return "";
  return `${ratio.median.toFixed(2)} (${ratio.least.toFixed(2)}–${ratio.most.toFixed(2)})`;
}

function ms({ median }: Spread): string {
  return median.toFixed(2);
}

function oneLine(why: string): string {
  return why.replaceAll(/\s+/g, " ").slice(0, 160);
}
