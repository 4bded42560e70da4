import {
  ConfigError,
  createEmulator,
  parseDuration,
  parseFault,
  readEmulatorConfig,
  toEnvironment,
  toUrl,
} from "@outcrop/emulator";
import type { EmulatorOptions, Fault } from "@outcrop/emulator";
import { Command, InvalidArgumentError, Option } from "commander";
import { parsePort } from "./port.ts";
import { print } from "./print.ts";
import { onTermination } from "./termination.ts";

/** The flags of `outcrop emulate`, parsed. Those that are given win over the config file. */
interface EmulateFlags {
  readonly config?: string;
  readonly host?: string;
  readonly port?: number;
  readonly coldStart?: number;
  readonly coldMode?: "hold" | "refuse";
  readonly idle?: number;
  readonly fault?: readonly Fault[];
  readonly seed?: number;
  readonly tokensPerSecond?: number;
  readonly upstream?: string;
  readonly upstreamModel?: string;
  readonly gguf?: string;
  readonly quiet?: boolean;
}

/** The port that local clouds have made usual. */
const defaultPort = 4566;

/** `outcrop emulate`: a local Bedrock on its own, for any client. */
export function emulateCommand(): Command {
  return new Command("emulate")
    .description("run a local Amazon Bedrock: imported models, Kimi K2 Thinking, cold starts, faults")
    .option("-c, --config <file>", "a YAML file with models, scripts, faults and settings")
    .option("--host <host>", "address to listen on (127.0.0.1)")
    .option("--port <port>", `port to listen on, 0 for a free one (${defaultPort})`, parsePort)
    .option("--cold-start <duration>", "start every imported model cold, such as 90s", readDuration)
    .addOption(
      new Option("--cold-mode <mode>", "hold a call to a cold model, or refuse it").choices([
        "hold",
        "refuse",
      ]),
    )
    .option("--idle <duration>", "scale an unused copy down after this time (5m)", readDuration)
    .option("--fault <fault>", "let something go wrong, such as throttling:rate=0.1 (repeatable)", addFault)
    .option("--seed <number>", "seed of ids, padding and dice (1)", readNumber)
    .option("--tokens-per-second <number>", "pace streams", readNumber)
    .option(
      "--upstream <url>",
      "let an OpenAI-compatible server write the answers (key: OUTCROP_UPSTREAM_API_KEY)",
    )
    .option("--upstream-model <name>", "the model to ask the upstream for")
    .option("--gguf <file>", "let this model write the answers, through node-llama-cpp")
    .option("--quiet", "don't tell of each request")
    .action(async (flags: EmulateFlags, command: Command) => {
      try {
        await emulate(await toOptions(flags));
      } catch (error) {
        command.error(`error: ${describeFailure(error)}`);
      }
    });
}

async function emulate(options: EmulatorOptions): Promise<void> {
  const { host = "127.0.0.1", port = defaultPort } = options;
  // Whoever waits for the port finds the variables already said; a free port is known only when it is open.
  if (port !== 0) printEnvironment(toUrl(host, port), options);
  const emulator = await createEmulator({ ...options, port });
  onTermination(() => emulator.close());
  if (port === 0) printEnvironment(emulator.url, options);
  print(`A local Bedrock is running at ${emulator.url} with ${emulator.models().length} models.`);
}

function printEnvironment(url: string, options: EmulatorOptions): void {
  for (const [name, value] of Object.entries(toEnvironment(url, options))) print(`${name}=${value}`);
}

async function toOptions(flags: EmulateFlags): Promise<EmulatorOptions> {
  const { config, fault = [], upstream, upstreamModel, gguf, quiet, ...given } = flags;
  const file = config === undefined ? {} : await readEmulatorConfig(config);
  return {
    ...file,
    ...given,
    faults: [...(file.faults ?? []), ...fault],
    ...(upstream === undefined ? {} : { upstream: toUpstream(upstream, upstreamModel) }),
    ...(gguf === undefined ? {} : { llama: { gguf } }),
    ...(quiet === true ? {} : { log: print }),
  };
}

function toUpstream(url: string, model: string | undefined): NonNullable<EmulatorOptions["upstream"]> {
  const apiKey = process.env.OUTCROP_UPSTREAM_API_KEY;
  return { url, ...(model === undefined ? {} : { model }), ...(apiKey === undefined ? {} : { apiKey }) };
}

function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inUse = "code" in error && error.code === "EADDRINUSE";
  return inUse ? `${error.message}. Choose another port with --port.` : error.message;
}

function readDuration(text: string): number {
  return orComplain(() => parseDuration(text));
}

function readNumber(text: string): number {
  const number = Number(text);
  if (text.trim() !== "" && Number.isFinite(number) && number >= 0) return number;
  throw new InvalidArgumentError(`"${text}" is no number`);
}

function addFault(text: string, before: readonly Fault[] = []): readonly Fault[] {
  return [...before, orComplain(() => parseFault(text))];
}

/** Commander shows what an argument's parser complains of beside the flag. */
function orComplain<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof ConfigError || error instanceof RangeError)
      throw new InvalidArgumentError(error.message);
    throw error;
  }
}
