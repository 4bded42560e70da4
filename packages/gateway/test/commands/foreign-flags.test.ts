import { Command } from "commander";
import { expect, test } from "vitest";
import { addForeignFlags, foreignFlagWarnings } from "../../src/commands/foreign-flags.ts";

function parse(args: readonly string[]) {
  const command = new Command()
    .argument("[file]")
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  addForeignFlags(command);
  command.parse([...args], { from: "user" });
  return {
    warnings: foreignFlagWarnings(command.opts()),
    rest: command.args,
    help: command.helpInformation(),
  };
}

test.each([
  [["--run_gunicorn", "config.yaml"], ["--run_gunicorn"]],
  [["--keepalive_timeout", "75", "config.yaml"], ["--keepalive_timeout"]],
  [
    ["--use_prisma_db_push", "--iam_token_db_auth", "config.yaml"],
    ["--iam_token_db_auth", "--use_prisma_db_push"],
  ],
  [["--telemetry", "False", "config.yaml"], []],
  [["config.yaml"], []],
])("%j passes, and %j is named", (args, named) => {
  const { warnings, rest } = parse(args);
  expect(rest).toEqual(["config.yaml"]);
  expect(warnings).toEqual(
    named.map((flag) => expect.stringMatching(new RegExp(`^${flag} is ignored: .+\\.$`))),
  );
});

test("the help leaves them out, and what nobody knows is still refused", () => {
  expect(parse([]).help).not.toMatch(/gunicorn|prisma|telemetry/);
  expect(() => parse(["--run_unicorn"])).toThrow(/unknown option/);
});
