import { type Command, InvalidArgumentError, Option } from "commander";
import { addForeignFlags } from "./foreign-flags.ts";
import { orEnvironment, portOption } from "./port.ts";
import type { QuickModelOptions } from "./quick-model.ts";

/** The options of serving, under LiteLLM's names. */
export interface ServeOptions extends QuickModelOptions {
  readonly config?: string;
  readonly host?: string;
  readonly port: number;
  readonly insecure?: boolean;
  readonly num_workers: number;
  readonly ssl_keyfile_path?: string;
  readonly ssl_certfile_path?: string;
  readonly debug?: boolean;
  readonly detailed_debug?: boolean;
  readonly health?: boolean;
  readonly skip_server_startup?: boolean;
  /** The URL of the gateway to test, or true for the one that these options describe. */
  readonly test?: string | true;
}

export function addServeOptions(program: Command): void {
  program
    .argument("[file]", "the same as --config")
    .option("-c, --config <file>", "a LiteLLM config.yaml (also CONFIG_FILE_PATH)")
    .option("--host <host>", "address to listen on; 127.0.0.1 without a master key, else 0.0.0.0 (also HOST)")
    .addOption(portOption())
    .addOption(workersOption())
    .option("--ssl_keyfile_path <file>", "the private key, for TLS (PEM)")
    .option("--ssl_certfile_path <file>", "the certificate, for TLS (PEM)")
    .option("--insecure", "let everybody in who reaches the host, without a key")
    .option("--debug", "log everything (also LITELLM_LOG=DEBUG)")
    .option("--detailed_debug", "the same")
    .option("--skip_server_startup", "end at once: there is no database to prepare")
    .option("--health", "ask the running gateway how its models are, and end")
    .option("--test [url]", "send the running gateway one chat call, and end");
  addQuickModelOptions(program);
  addForeignFlags(program);
}

function addQuickModelOptions(program: Command): void {
  program
    .option("-m, --model <model>", "serve this one model, without a config: bedrock/<route>/<arn or id>")
    .option("--alias <name>", "with --model: the name that clients see")
    .option("--api_base <url>", "with --model: where it is called")
    .option("--temperature <number>", "with --model: where a request sets none")
    .option("--max_tokens <count>", "with --model: where a request sets none")
    .option("--request_timeout <seconds>", "with --model: for the whole answer")
    .option("--drop_params", "with --model: leave out what it does not take");
}

function workersOption(): Option {
  const option = new Option("--num_workers <count>", "processes (also NUM_WORKERS)");
  return orEnvironment(option.argParser(parseCount).default(1), "NUM_WORKERS");
}

function parseCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= 256) return count;
  throw new InvalidArgumentError(`"${text}" is no number of workers: 1 to 256 are expected`);
}
