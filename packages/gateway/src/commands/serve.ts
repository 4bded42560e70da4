import { readFile } from "node:fs/promises";
import { type Command, InvalidArgumentError } from "commander";
import { runWorkers } from "../cluster/workers.ts";
import { type Access, resolveAccess } from "../config/access.ts";
import { hasErrors } from "../config/finding.ts";
import type { GatewayConfig } from "../config/gateway-config.ts";
import { type LoadedConfig, loadConfig } from "../config/load-config.ts";
import { watchConfig } from "../config/watch-config.ts";
import { type Gateway, createGateway } from "../gateway.ts";
import type { TlsFiles } from "../server.ts";
import { parsePort } from "./port.ts";
import { print, reportFindings } from "./print.ts";
import { onTermination } from "./termination.ts";

interface ServeOptions {
  readonly config?: string;
  readonly host?: string;
  readonly port: number;
  readonly insecure?: boolean;
  readonly num_workers: number;
  readonly ssl_keyfile_path?: string;
  readonly ssl_certfile_path?: string;
}

/** Serving is what `outcrop` does when no other command is named. The options are LiteLLM's. */
export function addServeCommand(program: Command): void {
  program
    .argument("[file]", "the same as --config")
    .option("-c, --config <file>", "a LiteLLM config.yaml (also CONFIG_FILE_PATH)")
    .option("--host <host>", "address to listen on; 127.0.0.1 without a master key, else 0.0.0.0 (also HOST)")
    .option(
      "--port <port>",
      "port to listen on (also PORT)",
      parsePort,
      parsePort(process.env.PORT ?? "4000"),
    )
    .option(
      "--num_workers <count>",
      "processes (also NUM_WORKERS)",
      parseCount,
      parseCount(process.env.NUM_WORKERS ?? "1"),
    )
    .option("--ssl_keyfile_path <file>", "the private key, for TLS (PEM)")
    .option("--ssl_certfile_path <file>", "the certificate, for TLS (PEM)")
    .option("--insecure", "let everybody in who reaches the host, without a key")
    .action(async (file: string | undefined, options: ServeOptions, command: Command) => {
      const path = options.config ?? file ?? process.env.CONFIG_FILE_PATH;
      if (path === undefined) command.help({ error: true });
      else await serve(path, options);
    });
}

function parseCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= 256) return count;
  throw new InvalidArgumentError(`"${text}" is no number of workers: 1 to 256 are expected`);
}

async function serve(path: string, options: ServeOptions): Promise<void> {
  const count = options.num_workers;
  if (count > 1) return runWorkers({ count, start: () => start(path, options), onEvent: reportWorker });
  const gateway = await start(path, options).catch(fail);
  if (!gateway) return;
  onTermination(() => gateway.close());
  print(`Outcrop is running at ${gateway.url}`);
  print(`Models: ${gateway.models().join(", ")}`);
}

type WorkerEvent = Parameters<NonNullable<Parameters<typeof runWorkers>[0]["onEvent"]>>[0];

function reportWorker(event: WorkerEvent): void {
  print(
    event.type === "restarting"
      ? `A worker is started again in ${event.delayMs} ms`
      : `Worker ${event.pid} ${event.type}`,
  );
}

/** @throws Error when the config keeps the gateway from starting; why is then said already. */
async function start(path: string, options: ServeOptions): Promise<Gateway> {
  const loaded = await loadConfig(path);
  const { config, access } = admit(loaded, options);
  Object.assign(process.env, config.environment);
  const tls = await readTls(options);
  const gateway = await createGateway({ config, access, port: options.port, tls });
  follow({ path, loaded, gateway, options });
  return gateway;
}

/** Says what was found, and gives the config if nothing forbids to run it. */
function admit(loaded: LoadedConfig, options: ServeOptions): { config: GatewayConfig; access: Access } {
  const { config, findings } = loaded;
  reportFindings(findings);
  if (!config || hasErrors(findings)) throw new Error("outcrop does not start until this is mended.");
  const access = resolveAccess(config, { host: options.host, env: process.env, insecure: options.insecure });
  reportFindings(access.findings);
  if (hasErrors(access.findings)) throw new Error("outcrop does not start until this is mended.");
  return { config, access };
}

interface Followed {
  readonly path: string;
  readonly loaded: LoadedConfig;
  readonly gateway: Gateway;
  readonly options: ServeOptions;
}

/** Goes on with a changed config; a bad one leaves the old one running. */
function follow({ path, loaded, gateway, options }: Followed): void {
  const watcher = watchConfig(
    path,
    (next) => {
      try {
        const { config, access } = admit(next, options);
        gateway.update(config, access);
        print(`The config was read again. Models: ${gateway.models().join(", ")}`);
      } catch {
        process.stderr.write("The new config is not used; the old one goes on.\n");
      }
    },
    { loaded },
  );
  process.on("SIGHUP", () => void watcher.reload());
}

async function readTls({
  ssl_keyfile_path: key,
  ssl_certfile_path: cert,
}: ServeOptions): Promise<TlsFiles | undefined> {
  if (key === undefined && cert === undefined) return undefined;
  if (key === undefined || cert === undefined) {
    throw new Error("TLS needs both --ssl_keyfile_path and --ssl_certfile_path.");
  }
  return { key: await readFile(key, "utf8"), cert: await readFile(cert, "utf8") };
}

function fail(error: unknown): undefined {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
