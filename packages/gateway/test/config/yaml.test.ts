import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { toJson } from "../../src/config/source/config-node.ts";
import { readYaml } from "../../src/config/source/read-yaml.ts";
import { SourceFault } from "../../src/config/source/source-fault.ts";

interface Case {
  readonly yaml: string;
  readonly value?: unknown;
  readonly error?: true;
}

/** Recorded from PyYAML, which LiteLLM reads its configs with. */
const { cases } = JSON.parse(readFileSync(new URL("fixtures/pyyaml.json", import.meta.url), "utf8")) as {
  cases: readonly Case[];
};

/** Where a config has no use for what PyYAML does. */
const otherwise: Readonly<Record<string, { readonly value: unknown; readonly why: string }>> = {
  "a: 2024-10-21": { value: { a: "2024-10-21" }, why: "JSON has no dates" },
  "a: 2024-10-21T10:00:00Z": { value: { a: "2024-10-21T10:00:00Z" }, why: "JSON has no dates" },
  "yes: 1": { value: { yes: 1 }, why: "a key is text as it is written" },
  "on: 1": { value: { on: 1 }, why: "a key is text as it is written" },
  "null: x": { value: { null: "x" }, why: "a key is text as it is written" },
  "a: =": { value: { a: "=" }, why: "a sign that nobody uses" },
  "a: <<": { value: { a: "<<" }, why: "a merge sign is one only as a key" },
  "a: .inf": { value: { a: Infinity }, why: "the recording is JSON" },
  "a: -.INF": { value: { a: -Infinity }, why: "the recording is JSON" },
};

describe("YAML is read as PyYAML reads it", () => {
  for (const { yaml, value, error } of cases) {
    it(JSON.stringify(yaml), () => {
      const other = otherwise[yaml];
      if (other !== undefined) expect(read(yaml)).toEqual(other.value);
      else if (error === true) expect(() => read(yaml)).toThrow(SourceFault);
      else expect(read(yaml)).toEqual(value);
    });
  }

  it("has a recording of every exception", () => {
    expect(
      Object.keys(otherwise).filter((yaml) => !cases.some((recorded) => recorded.yaml === yaml)),
    ).toEqual([]);
  });
});

function read(yaml: string): unknown {
  return toJson(readYaml(yaml, "config.yaml"));
}

/** Text, where the fault is said to be, and what is said. */
const faults: readonly (readonly [yaml: string, place: string, message: RegExp])[] = [
  ["a:\n\tb: 1", "2:1", /tabs are not allowed as indentation/],
  ["a:\n  - x\n\t- y", "3:1", /tabs/],
  ["a: 'x", "1:6", /missing closing 'quote/],
  ['a: "x', "1:6", /missing closing "quote/],
  ["a: [1, 2", "1:9", /end with a \]/],
  ["a: 1\n---\nb: 2", "2:1", /one document/],
  ["a: *nope", "1:4", /\*nope names no anchor before it/],
  ["a: &x [*x]", "1:8", /\*x stands inside what it names/],
  ["a: !!python/name:os.system x", "1:28", /the tag \S+ is not read/],
  ["a: !ENV ${KEY}", "1:9", /the tag !ENV is not read/],
  ["? [a]\n: 1", "1:3", /a key must be text/],
  ["a: {<<: 5}", "1:5", /<< merges maps/],
];

describe("what is no YAML", () => {
  it.each(faults)("%j at %s", (yaml, place, message) => {
    const fault = faultOf(yaml);
    expect(`${fault.position.line}:${fault.position.column}`).toBe(place);
    expect(fault.message).toMatch(message);
  });

  it("is not quoted in the message, for it may be a secret", () => {
    for (const yaml of [
      "a: 1\n- sk-canary",
      "a: ]sk-canary",
      'x\n"sk-canary": 1',
      "master_key:sk-canary\nb: 1",
    ]) {
      expect(faultOf(yaml).message).not.toContain("canary");
    }
  });

  it("refuses aliases that unfold to more than memory holds", () => {
    const rows = Array.from({ length: 30 }, (_, row) => `a${row + 1}: &a${row + 1} [*a${row}, *a${row}]`);
    expect(faultOf(`a0: &a0 x\n${rows.join("\n")}`).message).toMatch(/too many values/);
  });

  it("refuses brackets that nest deeper than the stack", () => {
    expect(faultOf(`a: ${"[".repeat(100_000)}`).code).toBe("broken_yaml");
  });
});

function faultOf(yaml: string): SourceFault {
  try {
    readYaml(yaml, "config.yaml");
  } catch (error) {
    if (error instanceof SourceFault) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(yaml)} was read`);
}

describe("positions", () => {
  it("are those of the value, counted from 1, through anchors and merges too", () => {
    const root = readYaml("base: &b\n  x: 1\nc:\n  <<: *b\n  y: two\n", "f.yaml");
    if (root.kind !== "map") throw new Error("no map");
    const [, second] = root.entries;
    expect(second?.position).toEqual({ file: "f.yaml", line: 3, column: 1 });
    if (second?.value.kind !== "map") throw new Error("no map");
    const places = second.value.entries.map(({ key, value }) => [
      key,
      value.position.line,
      value.position.column,
    ]);
    expect(places).toEqual([
      ["y", 5, 6],
      ["x", 2, 6],
    ]);
  });
});
