import { type Finding, formatFinding } from "../config/finding.ts";

/** Writes to a person's terminal. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Writes what was found in a config, one line each, to stderr. */
export function reportFindings(findings: readonly Finding[]): void {
  for (const finding of findings) process.stderr.write(`${formatFinding(finding)}\n`);
}
