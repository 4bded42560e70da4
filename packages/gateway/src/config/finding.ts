/** A place in a config file. */
export interface Position {
  /** As the user gave it, or as the including file's path leads to it. */
  readonly file: string;
  /** Both count from 1; 0 where a whole file is meant. */
  readonly line: number;
  readonly column: number;
}

/** An error keeps the gateway from starting; a warning names what is not as written; a note says what is so anyway. */
export type FindingLevel = "error" | "warning" | "note";

/** What a finding is about, for programs. */
export type FindingCode =
  | "missing_file"
  | "broken_yaml"
  | "broken_include"
  | "duplicate_key"
  | "replaced_block"
  | "missing_key"
  | "unknown_key"
  | "misplaced_key"
  | "forwarded_key"
  | "wrong_kind"
  | "ignored_key"
  | "refused_key"
  | "unset_reference"
  | "unknown_credential"
  | "invalid_model"
  | "region_mismatch"
  | "unavailable_model"
  | "duplicate_id"
  | "unknown_group"
  | "replaced_environment"
  | "weak_key"
  | "open_gateway";

/** One thing to say about a config. The message holds the fix, and never a secret. */
export interface Finding extends Position {
  readonly level: FindingLevel;
  readonly code: FindingCode;
  readonly message: string;
  /** Where in the document, as `model_list[0].litellm_params.model`; empty for the document itself. */
  readonly path: string;
}

/** Takes what is found on the way. */
export type Report = (finding: Finding) => void;

/** `config.yaml:12:5`, or the file alone; empty where no file is meant. */
export function formatPlace({ file, line, column }: Position): string {
  return line === 0 ? file : `${file}:${line}:${column}`;
}

/** One line for a person: `config.yaml:12:5 warning: …`. */
export function formatFinding(finding: Finding): string {
  return `${formatPlace(finding)} ${finding.level}: ${finding.message}`.trimStart();
}

/** Whether a config with these findings can be run. */
export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.level === "error");
}
