import type { Command } from "commander";
import { resolveAccess } from "../config/access.ts";
import { hasErrors } from "../config/finding.ts";
import { loadConfig } from "../config/load-config.ts";
import { createGateway } from "../gateway.ts";
import { parsePort } from "./port.ts";
import { print, reportFindings } from "./print.ts";
import { onTermination } from "./termination.ts";

interface ServeOptions {
  readonly config?: string;
  readonly host?: string;
  readonly port: string;
  readonly insecure?: boolean;
}

/** Serving is what `outcrop` does when no other command is named. */
export function addServeCommand(program: Command): void {
  program
    .argument("[file]", "the same as --config")
    .option("-c, --config <file>", "a LiteLLM config.yaml (also CONFIG_FILE_PATH)")
    .option("--host <host>", "address to listen on; 127.0.0.1 without a master key, else 0.0.0.0 (also HOST)")
    .option("--port <port>", "port to listen on (also PORT)", process.env.PORT ?? "4000")
    .option("--insecure", "let everybody in who reaches the host, without a key")
    .action(async (file: string | undefined, options: ServeOptions, command: Command) => {
      const path = options.config ?? file ?? process.env.CONFIG_FILE_PATH;
      if (path === undefined) command.help({ error: true });
      else await serve(path, options);
    });
}

async function serve(path: string, options: ServeOptions): Promise<void> {
  const port = parsePort(options.port);
  const { config, findings } = await loadConfig(path);
  reportFindings(findings);
  if (!config || hasErrors(findings)) return fail();
  const access = resolveAccess(config, { host: options.host, env: process.env, insecure: options.insecure });
  reportFindings(access.findings);
  if (hasErrors(access.findings)) return fail();
  const gateway = await createGateway({ config, access, port });
  onTermination(() => gateway.close());
  print(`Outcrop is running at ${gateway.url}`);
  print(`Models: ${gateway.models().join(", ")}`);
}

function fail(): void {
  process.stderr.write("outcrop does not start until this is mended.\n");
  process.exitCode = 1;
}
