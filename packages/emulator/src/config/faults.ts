import { findException } from "../aws/failure.ts";
import { operationNames } from "../aws/operations.ts";
import { faultKinds, isFaultKind } from "../faults/fault.ts";
import type { Fault, FaultKind } from "../faults/fault.ts";
import { anything, ConfigError, duration, flag, integer, number, oneOf, record, text } from "./reader.ts";
import type { Reader } from "./reader.ts";

const kind: Reader<FaultKind> = (value, path) => {
  if (typeof value === "string" && isFaultKind(value)) return value;
  throw new ConfigError(
    path,
    `unknown kind of fault ${JSON.stringify(value)}; known: ${Object.keys(faultKinds).join(", ")}, or the name of an exception`,
  );
};

const readers = record<Fault>(
  {
    kind,
    rate: number(0, 1),
    count: integer(0),
    skip: integer(0),
    model: text,
    operation: oneOf(operationNames),
    exception: (value, path) => findException(text(value, path)) ?? text(value, path),
    message: text,
    status: integer(200, 599),
    code: text,
    after: integer(0),
    delay: duration,
    tokensPerSecond: number(0.001),
    bytes: integer(0),
    enabled: flag,
    body: anything,
  },
  ["kind"],
);

/** A fault of a config or a POST. The name of an exception as `kind` is short for an `error` with it. */
export const fault: Reader<Fault> = (value, path) => {
  if (typeof value === "string") return parseFault(value);
  const given = value as { readonly kind?: unknown } | null;
  const exception =
    typeof given?.kind === "string" && !isFaultKind(given.kind) ? findException(given.kind) : undefined;
  return readers(exception === undefined ? value : { ...given, kind: "error", exception }, path);
};

/**
 * A fault as a flag: `throttling`, `reset:after=3`, `error:exception=ModelTimeoutException,rate=0.2,count=5`.
 * Throws a {@link ConfigError}.
 */
export function parseFault(flagText: string): Fault {
  const mark = flagText.indexOf(":");
  const name = mark < 0 ? flagText : flagText.slice(0, mark);
  const details = mark < 0 ? "" : flagText.slice(mark + 1);
  const members = details
    .split(",")
    .filter((member) => member !== "")
    .map((member): [string, unknown] => {
      const equals = member.indexOf("=");
      if (equals < 0)
        throw new ConfigError(["fault"], `expected name=value in "${flagText}", got "${member}"`);
      return [member.slice(0, equals).trim(), toValue(member.slice(equals + 1).trim())];
    });
  return fault({ kind: name, ...Object.fromEntries(members) }, ["fault"]);
}

function toValue(written: string): unknown {
  if (written === "true" || written === "on") return true;
  if (written === "false" || written === "off") return false;
  return written !== "" && Number.isFinite(Number(written)) ? Number(written) : written;
}
