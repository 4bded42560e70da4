import { styleText } from "node:util";
import { type Finding, formatPlace } from "../finding.ts";
import { type CheckReport, isIgnored } from "./check-report.ts";
import type { ModelLine } from "./describe-model.ts";

type Style = "bold" | "dim" | "green" | "red" | "yellow";
type Paint = (style: Style, text: string) => string;

/** A report for a person: the verdict, the models, and what there is to say, the worst first. */
export function renderReport(report: CheckReport, options: { readonly color: boolean }): string {
  const paint: Paint = (style, text) =>
    options.color ? styleText(style, text, { validateStream: false }) : text;
  const sections = [
    [verdict(report, paint)],
    titled("Models", modelTable(report.models), paint),
    ...findingSections(report.findings, paint),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function verdict({ file, ok, errors, warnings, access }: CheckReport, paint: Paint): string {
  const counts = [counted(errors, "error"), counted(warnings, "warning")].filter((text) => text !== "");
  const sum = counts.length === 0 ? "nothing to mend" : counts.join(", ");
  if (!ok) return `${paint("red", "✗")} ${file} does not start: ${sum}`;
  const key = access?.masterKey === true ? "with a key" : "without a key";
  const where = access === null ? "" : `; it listens on ${access.host}, ${key}`;
  return `${paint("green", "✓")} ${file} starts: ${sum}${where}`;
}

function counted(count: number, noun: string): string {
  if (count === 0) return "";
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

function titled(title: string, lines: readonly string[], paint: Paint): readonly string[] {
  return lines.length === 0 ? [] : [paint("bold", title), ...lines.map((line) => `  ${line}`)];
}

const header = ["ALIAS", "ROUTE", "MODEL", "FAMILY", "WIRE", "REGION", "ID"];

function modelTable(models: readonly ModelLine[]): readonly string[] {
  if (models.length === 0) return [];
  const rows = [header, ...models.map(modelCells)];
  // A sentence in place of the cells makes no column wide.
  const widths = header.map((_, column) =>
    Math.max(...rows.map((row) => (row.length === 2 && column > 0 ? 0 : (row[column]?.length ?? 0)))),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** The cells of a model; the alias and a sentence where there is no more to tell. */
function modelCells({
  alias,
  id,
  available,
  model,
  route,
  family,
  wire,
  region,
}: ModelLine): readonly string[] {
  if (!available) return [alias, "not served; requests get a 404"];
  if (model === null) return [alias, "as the request names it"];
  const unknown = "asked of AWS";
  return [
    alias,
    route ?? "",
    shortModel(model),
    family ?? unknown,
    wire ?? unknown,
    region ?? "of the profile",
    shortId(id),
  ];
}

/** An ARN by its last part; all that tells two of them apart at a glance. */
function shortModel(model: string): string {
  return model.startsWith("arn:") ? `…${model.slice(model.lastIndexOf("/"))}` : model;
}

/** A hash by its first letters; an id of the user's own as it is. */
function shortId(id: string): string {
  return /^[0-9a-f]{64}$/.test(id) ? id.slice(0, 8) : id;
}

function findingSections(findings: readonly Finding[], paint: Paint): readonly (readonly string[])[] {
  const of = (level: Finding["level"]) => findings.filter((finding) => finding.level === level);
  return [
    titled(paint("red", "Errors"), findingLines(of("error")), paint),
    titled(paint("yellow", "Ignored"), findingLines(of("warning").filter(isIgnored)), paint),
    titled(
      paint("yellow", "Warnings"),
      findingLines(of("warning").filter((finding) => !isIgnored(finding))),
      paint,
    ),
    titled("Notes", findingLines(of("note")), paint),
  ];
}

function findingLines(findings: readonly Finding[]): readonly string[] {
  const places = findings.map(formatPlace);
  const width = Math.max(0, ...places.map((place) => place.length));
  return findings.map(({ message }, index) =>
    width === 0 ? message : `${(places[index] ?? "").padEnd(width)}  ${message}`,
  );
}
