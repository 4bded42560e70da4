import cluster from "node:cluster";
import type { Command } from "commander";
import { runWorkers } from "../cluster/workers.ts";
import type { Gateway } from "../gateway.ts";
import { runClientMode } from "./client-mode.ts";
import { foreignFlagWarnings } from "./foreign-flags.ts";
import { print } from "./print.ts";
import { type ConfigSource, quickModelWarnings, toQuickConfig } from "./quick-model.ts";
import { type ServeOptions, addServeOptions } from "./serve-options.ts";
import { startFromConfig } from "./start-from-config.ts";
import { onTermination } from "./termination.ts";

/** Serving is what `outcrop` does when no other command is named. The options are LiteLLM's. */
export function addServeCommand(program: Command): void {
  addServeOptions(program);
  program.action(async (file: string | undefined, options: ServeOptions, command: Command) => {
    for (const warning of [...foreignFlagWarnings(options), ...quickModelWarnings(options)])
      process.stderr.write(`${warning}\n`);
    const source = sourceOf(file, options, command);
    if (options.skip_server_startup === true) return print("There is no database to prepare.");
    if (options.health === true || options.test !== undefined) await runClientMode(source, options);
    else if (source === undefined) command.help({ error: true });
    else await serve(source, options);
  });
}

/** A model on the command line, a config that is named there, or one that the environment names. */
function sourceOf(
  file: string | undefined,
  options: ServeOptions,
  command: Command,
): ConfigSource | undefined {
  const quick = toQuickConfig(options);
  const named = options.config ?? file;
  if (quick && named !== undefined) command.error("error: --model serves without a config; give one of them");
  const path = named ?? process.env.CONFIG_FILE_PATH;
  return quick ?? (path === undefined ? undefined : { path });
}

async function serve(source: ConfigSource, options: ServeOptions): Promise<void> {
  const count = options.num_workers;
  const start = async () => {
    const gateway = await startFromConfig(source, options);
    // All workers share one port, so one of them says which.
    if (!cluster.isWorker || cluster.worker?.id === 1) announce(gateway);
    return gateway;
  };
  if (count > 1) return runWorkers({ count, start, onEvent: reportWorker });
  const gateway = await start().catch(fail);
  if (gateway) onTermination(() => gateway.close());
}

function announce(gateway: Gateway): void {
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

function fail(error: unknown): undefined {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
