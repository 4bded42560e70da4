import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import { checkCommand } from "../../src/commands/check.ts";
import type { CheckReport } from "../../src/config/report/check-report.ts";

const fixtures = fileURLToPath(new URL("fixtures/", import.meta.url));
const key = "sk-canary-0123456789abcdef0123456789";
const env = { LITELLM_MASTER_KEY: key, AWS_REGION: "us-west-2" };

interface Run {
  readonly output: string;
  readonly code: number | undefined;
}

/** Runs the command as from the command line, in the directory of the fixtures. */
async function check(
  args: readonly string[],
  given: { env?: Record<string, string>; color?: boolean } = {},
): Promise<Run> {
  let output = "";
  let code: number | undefined;
  const command = checkCommand({
    env: given.env ?? env,
    cwd: fixtures,
    color: given.color ?? false,
    write: (text) => (output += text),
    exit: (exitCode) => (code = exitCode),
  });
  command.exitOverride().configureOutput({ writeErr: (text) => (output += text) });
  try {
    await command.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    code = error.exitCode;
  }
  return { output: output.replaceAll(fixtures, ""), code };
}

const file = `${fixtures}check.yaml`;

describe("outcrop check", () => {
  it("tells a person", async () => {
    const { output, code } = await check([file]);
    await expect(output).toMatchFileSnapshot("fixtures/check.txt");
    expect(code).toBe(0);
  });

  it("tells a program", async () => {
    const { output, code } = await check([file, "--json"]);
    await expect(output).toMatchFileSnapshot("fixtures/check.json");
    expect(code).toBe(0);
  });

  it("takes unknown and misplaced keys for errors where it is strict", async () => {
    const { output, code } = await check([file, "--strict"]);
    await expect(output).toMatchFileSnapshot("fixtures/check-strict.txt");
    expect(code).toBe(1);
  });

  it("says what keeps the gateway from starting, and still where the models lead", async () => {
    const { output, code } = await check([file], { env: {} });
    await expect(output).toMatchFileSnapshot("fixtures/check-broken.txt");
    expect(code).toBe(1);
  });

  it("shows no secret in either form", async () => {
    for (const args of [[file], [file, "--json"], [file, "--strict"]]) {
      const { output } = await check(args);
      expect(output).not.toContain("canary");
      expect(output).not.toContain("user:secret");
    }
  });

  it("is in colours where they are wanted, and says the same in them", async () => {
    const plain = await check([file]);
    const coloured = await check([file], { color: true });
    expect(coloured.output).toContain("\u001B[");
    // oxlint-disable-next-line no-control-regex -- it is what colours are made of
    expect(coloured.output.replaceAll(/\u001B\[\d+m/g, "")).toBe(plain.output);
  });

  it("takes the file from CONFIG_FILE_PATH, and asks for one", async () => {
    expect((await check([], { env: { ...env, CONFIG_FILE_PATH: file } })).code).toBe(0);
    const { output, code } = await check([], { env: {} });
    expect(code).toBe(1);
    expect(output).toContain("CONFIG_FILE_PATH");
  });

  it("a file that is missing is an error like another", async () => {
    const { output, code } = await check(["none.yaml"]);
    expect(code).toBe(1);
    expect(output).toBe(
      "✗ none.yaml does not start: 1 error\n\nErrors\n  none.yaml  The file none.yaml can't be read.\n",
    );
  });

  it.each([
    [["--host", "127.0.0.1"], {}, 0, "127.0.0.1"],
    [["--host", "0.0.0.0"], {}, 1, undefined],
    [["--host", "0.0.0.0", "--insecure"], {}, 0, "0.0.0.0"],
    [[], { LITELLM_MASTER_KEY: key }, 0, "0.0.0.0"],
    [[], {}, 0, "127.0.0.1"],
  ])("judges who is let in, as serving does: %j with %j", async (args, environment, code, host) => {
    const run = await check([`${fixtures}one-model.yaml`, "--json", ...args], { env: environment });
    const report = JSON.parse(run.output) as CheckReport;
    expect(run.code).toBe(code);
    expect(report.ok).toBe(code === 0);
    expect(report.access?.host).toBe(host);
  });

  it("has nothing to mend in a config that is right", async () => {
    const { output, code } = await check([`${fixtures}one-model.yaml`]);
    expect(output).toMatch(
      /^✓ one-model\.yaml starts: nothing to mend; it listens on 0\.0\.0\.0, with a key\n\nModels\n/,
    );
    expect(output.split("\n")).toHaveLength(6);
    expect(code).toBe(0);
  });

  it("writes JSON whose findings are those of the text, with their places", async () => {
    const report = JSON.parse((await check([file, "--json"])).output) as CheckReport;
    const lines = readFileSync(file, "utf8").split("\n");
    for (const finding of report.findings) {
      const place = lines[finding.line - 1]?.slice(finding.column - 1) ?? "";
      const word = finding.path.split(".").at(-1) ?? "";
      if (
        finding.code.endsWith("_key") &&
        finding.code !== "weak_key" &&
        !finding.message.includes("callback ")
      ) {
        expect(place.startsWith(word)).toBe(true);
      }
    }
    expect(report.errors + report.warnings).toBe(
      report.findings.filter(({ level }) => level !== "note").length,
    );
  });
});
