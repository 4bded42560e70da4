/**
 * Measures what it costs to have a gateway in the middle, ours and others', against Node's floor in the same run.
 *
 *   npm run bench -- --help
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, release, tmpdir, totalmem, type } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Case, cases } from "./speed/cases.ts";
import { measure } from "./speed/measure.ts";
import { canPin } from "./speed/process.ts";
import type { Program } from "./speed/program.ts";
import { programs } from "./speed/programs/list.ts";
import { toTable } from "./speed/report/table.ts";
import type { BenchRun } from "./speed/results.ts";

const help = `npm run bench -- [options]

  --programs a,b     some of: ${programs.map(({ name }) => name).join(", ")}
  --cases a,b        some of: ${cases.map(({ name }) => name).join(", ")}; "paced" means all that begin with it
  --rounds N         rounds, in alternating order, every program started afresh in each (3)
  --seconds N        seconds that count of each case (3)
  --warm-up N        seconds at full load before them (10)
  --quick            floor and outcrop, one round of two seconds
  --out FILE         where the figures go (bench/results/DATE.json); "-" for nowhere
  --help             this

Other gateways are measured when npm run bench:peers has installed them, nginx when the machine has it.
`;

const { values } = parseArgs({
  options: {
    programs: { type: "string" },
    cases: { type: "string" },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "3" },
    "warm-up": { type: "string", default: "10" },
    quick: { type: "boolean", default: false },
    out: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}

const quick = values.quick;
const rounds = quick ? 1 : positive("rounds");
const seconds = quick ? 2 : positive("seconds");
const warmUpSeconds = quick ? 6 : positive("warm-up");
const wanted = choose(programs, values.programs ?? (quick ? "direct,floor,outcrop" : undefined));
const chosenCases = choose(cases, values.cases ?? (quick ? "whole,stream-prompt,stream-chat" : undefined));
const here = wanted.filter((program) => program.missing() === undefined);
const absent = wanted.filter((program) => program.missing() !== undefined);
for (const program of absent) console.log(`${program.name}: left out, ${program.missing()}`);
if (!canPin) console.log("taskset is not here: nothing is kept on a processor, and figures are rougher.");
console.log(
  `${here.length} programs, ${chosenCases.length} cases, ${rounds} rounds: about ${minutes()} minutes`,
);

const folder = mkdtempSync(join(tmpdir(), "outcrop-bench-"));
const measured = await measure({
  programs: here,
  cases: chosenCases,
  rounds,
  seconds,
  warmUpSeconds,
  folder,
  say: (line) => console.log(line),
});
rmSync(folder, { recursive: true, force: true });

const run: BenchRun = {
  date: new Date().toISOString(),
  machine: {
    processors: `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown"}`,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    pinned: canPin,
  },
  rounds,
  seconds,
  warmUpSeconds,
  programs: here.map(({ name, title }) => ({ name, title })),
  cases: chosenCases.map(({ name, title, connections }) => ({ name, title, connections })),
  samples: measured.samples,
  starts: measured.starts,
  leftOut: [
    ...absent.map((program) => ({ program: program.name, why: program.missing() ?? "" })),
    ...measured.leftOut,
  ],
};
console.log(`\n${toTable(run)}`);
if (values.out !== "-" && !quick) {
  const results = fileURLToPath(new URL("results", import.meta.url));
  mkdirSync(results, { recursive: true });
  const file = values.out ?? join(results, `${run.date.slice(0, 10)}.json`);
  writeFileSync(file, `${JSON.stringify(run, undefined, 1)}\n`);
  console.log(`The figures are in ${file}; npm run bench:report makes docs/performance.md of them.`);
}
process.exit(0);

function positive(name: "rounds" | "seconds" | "warm-up"): number {
  const number = Number(values[name]);
  if (number > 0) return number;
  console.error(`--${name} must be a number above 0. See --help.`);
  process.exit(2);
}

/** Those that are named, or begin with a name that is none; all of them if nothing is named. */
function choose<T extends Program | Case>(all: readonly T[], names: string | undefined): readonly T[] {
  if (names === undefined) return all;
  return names.split(",").flatMap((name) => {
    const exact = all.filter((item) => item.name === name);
    const found = exact.length > 0 ? exact : all.filter((item) => item.name.startsWith(name));
    if (found.length > 0) return found;
    console.error(`There is no "${name}". There are: ${all.map((item) => item.name).join(", ")}.`);
    process.exit(2);
  });
}

function minutes(): number {
  const each = chosenCases.reduce((sum, one) => sum + (one.seconds ?? seconds) + 2.5, warmUpSeconds + 3);
  return Math.ceil((here.length * rounds * each) / 60);
}
