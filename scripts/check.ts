/** Runs every check of the repository, and ends with the line `N passed, N failed`. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isJsonObject, parseJson } from "../packages/sdk/src/core/json.ts";

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

const tally: Tally = { passed: 0, failed: 0, skipped: 0 };

const steps: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ["types", "tsc", "-b"],
  ["types of tests and examples", "tsc", "-p", "tsconfig.checks.json"],
  ["lint", "oxlint", "--type-aware", "--deny-warnings"],
  ["format", "oxfmt", "--check"],
  ["dead code", "knip"],
];

for (const [name, command, ...args] of steps) {
  const ok = run(name, command, args);
  tally[ok ? "passed" : "failed"] += 1;
}
runTests();

const skipped = tally.skipped > 0 ? `, ${tally.skipped} skipped` : "";
console.log(`\n${tally.passed} passed, ${tally.failed} failed${skipped}`);
process.exitCode = tally.failed > 0 ? 1 : 0;

function run(name: string, command: string, args: readonly string[]): boolean {
  const started = Date.now();
  const { status, error } = spawnSync(command, args, { stdio: "inherit" });
  const ok = status === 0 && error === undefined;
  console.log(`${ok ? "ok  " : "FAIL"} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  return ok;
}

function runTests(): void {
  const folder = mkdtempSync(join(tmpdir(), "outcrop-check-"));
  const report = join(folder, "report.json");
  try {
    const ok = run("tests", "vitest", [
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
    ]);
    const counted = count(readFileSync(report, "utf8"));
    // A suite that could not even load counts no test; it has failed all the same.
    if (!ok && counted.failed === 0) counted.failed = 1;
    tally.passed += counted.passed;
    tally.failed += counted.failed;
    tally.skipped += counted.skipped;
  } catch (error) {
    console.error(error);
    tally.failed += 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function count(text: string): Tally {
  const report = parseJson(text);
  if (!isJsonObject(report)) throw new Error("vitest wrote no report");
  const number = (key: string) => (typeof report[key] === "number" ? report[key] : 0);
  return {
    passed: number("numPassedTests"),
    failed: number("numFailedTests"),
    skipped: number("numPendingTests"),
  };
}
