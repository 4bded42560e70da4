import { type BenchRun, figuresOf, pairs, spreadOf } from "../results.ts";

/** The figures of a run as lines for a terminal. */
export function toTable(run: BenchRun): string {
  return run.cases.map((each) => [each.title, ...rowsOf(run, each.name)].join("\n")).join("\n\n");
}

function rowsOf(run: BenchRun, name: string): readonly string[] {
  return run.programs.flatMap(({ name: program }) => {
    const at = { program, case: name };
    const cpu = spreadOf(figuresOf(run, at, ({ cpuUs }) => cpuUs));
    const rate = spreadOf(figuresOf(run, at, ({ load }) => load.requests / load.seconds));
    const median = spreadOf(figuresOf(run, at, ({ load }) => load.whole.p50));
    const ratio = spreadOf(
      pairs(run, { ...at, base: "floor" }, (own, base) => own.cpuUs / Math.max(base.cpuUs, 1)),
    );
    if (!cpu || !rate || !median) return [];
    const against = ratio && program !== "direct" ? `${ratio.median.toFixed(2)} × floor` : "";
    return [
      `  ${program.padEnd(15)} ${cpu.median.toFixed(0).padStart(8)} µs  ${against.padEnd(14)} ${rate.median.toFixed(0).padStart(7)}/s  p50 ${median.median.toFixed(2)} ms`,
    ];
  });
}
