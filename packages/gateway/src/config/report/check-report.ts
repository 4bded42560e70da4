import type { Access } from "../access.ts";
import type { Finding } from "../finding.ts";
import type { ModelLine } from "./describe-model.ts";

/** What `outcrop check` says, for programs: this shape stays. */
export interface CheckReport {
  readonly file: string;
  /** Whether the gateway would start. */
  readonly ok: boolean;
  readonly errors: number;
  readonly warnings: number;
  /** Where it would listen, and whether it would ask for a key; `null` if it would not start. */
  readonly access: { readonly host: string; readonly masterKey: boolean } | null;
  readonly models: readonly ModelLine[];
  /** Keys that are written and do nothing, as paths. */
  readonly ignored: readonly string[];
  readonly findings: readonly Finding[];
}

export interface CheckParts {
  readonly file: string;
  readonly models: readonly ModelLine[];
  readonly findings: readonly Finding[];
  readonly access: Access | undefined;
}

/** Sums up. */
export function toCheckReport({ file, models, findings, access }: CheckParts): CheckReport {
  const count = (level: Finding["level"]) => findings.filter((finding) => finding.level === level).length;
  const errors = count("error");
  return {
    file,
    ok: errors === 0,
    errors,
    warnings: count("warning"),
    access: access === undefined ? null : { host: access.host, masterKey: access.masterKey !== undefined },
    models,
    ignored: findings.filter(isIgnored).map(({ path }) => path),
    findings,
  };
}

const ignoredCodes: ReadonlySet<string> = new Set([
  "ignored_key",
  "unknown_key",
  "misplaced_key",
  "duplicate_key",
  "replaced_block",
]);

/** Whether a finding is about a key that does nothing. */
export function isIgnored({ level, code }: Finding): boolean {
  return level === "warning" && ignoredCodes.has(code);
}

const unknownCodes: ReadonlySet<string> = new Set(["unknown_key", "misplaced_key", "forwarded_key"]);

/** A key that is unknown or in the wrong place becomes an error. */
export function toStrict(finding: Finding): Finding {
  return unknownCodes.has(finding.code) ? { ...finding, level: "error" } : finding;
}
