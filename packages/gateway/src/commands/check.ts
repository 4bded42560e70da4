import { Command } from "commander";
import { resolveAccess } from "../config/access.ts";
import { type Finding, hasErrors } from "../config/finding.ts";
import type { Environment } from "../config/gateway-config.ts";
import { loadConfig } from "../config/load-config.ts";
import { type CheckReport, toCheckReport, toStrict } from "../config/report/check-report.ts";
import { describeModel } from "../config/report/describe-model.ts";
import { renderReport } from "../config/report/render-report.ts";

/** What the command needs of its process. */
export interface CheckIo {
  readonly env: Environment;
  readonly cwd: string;
  readonly color: boolean;
  write(text: string): void;
  /** Sets the exit code. */
  exit(code: number): void;
}

interface CheckOptions {
  readonly strict?: boolean;
  readonly json?: boolean;
  readonly host?: string;
  readonly insecure?: boolean;
}

/** `outcrop check`: says what the gateway would do with a config, without starting it. Errors make it exit 1. */
export function checkCommand(io: CheckIo = processIo()): Command {
  return new Command("check")
    .description(
      "say what a config does: where each model leads, what is ignored, and what keeps it from starting",
    )
    .argument("[file]", "a LiteLLM config.yaml (also CONFIG_FILE_PATH)")
    .option("--strict", "make unknown and misplaced keys errors")
    .option("--json", "write one JSON object")
    .option("--host <host>", "check for this address to listen on, as serving would")
    .option("--insecure", "as serving would take it")
    .action(async (file: string | undefined, options: CheckOptions, command: Command) => {
      const path = file ?? io.env["CONFIG_FILE_PATH"];
      if (path === undefined) return command.error("error: name a config file, or set CONFIG_FILE_PATH");
      const report = await checkConfig(path, options, io);
      io.write(options.json === true ? `${JSON.stringify(report, null, 2)}\n` : renderReport(report, io));
      io.exit(report.ok ? 0 : 1);
    });
}

async function checkConfig(file: string, options: CheckOptions, { env, cwd }: CheckIo): Promise<CheckReport> {
  const { config, models, findings: found } = await loadConfig(file, { env, cwd });
  const access = config && resolveAccess(config, { env, host: options.host, insecure: options.insecure });
  const all = [...found, ...(access?.findings ?? [])];
  const findings: readonly Finding[] = options.strict === true ? all.map(toStrict) : all;
  return toCheckReport({
    file,
    findings,
    models: models.map((model) => describeModel(model, { ...env, ...config?.environment })),
    access: hasErrors(findings) ? undefined : access,
  });
}

function processIo(): CheckIo {
  return {
    env: process.env,
    cwd: process.cwd(),
    color: process.stdout.isTTY && process.stdout.hasColors(),
    write: (text) => process.stdout.write(text),
    exit: (code) => {
      process.exitCode = code;
    },
  };
}
