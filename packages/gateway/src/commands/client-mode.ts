import { resolveAccess } from "../config/access.ts";
import type { Environment } from "../config/gateway-config.ts";
import { loadConfig } from "../config/load-config.ts";
import { type RunningGateway, askHealth, testChat } from "./ask-gateway.ts";
import type { ConfigSource } from "./quick-model.ts";
import type { ServeOptions } from "./serve-options.ts";

/** `--health` and `--test`: the command is a client of the gateway that its other options describe. */
export async function runClientMode(source: ConfigSource | undefined, options: ServeOptions): Promise<void> {
  const { host, key } = await findGateway(source, options, process.env);
  const own = `${options.ssl_certfile_path === undefined ? "http" : "https"}://${host}:${options.port}`;
  const gateway: RunningGateway = {
    url: typeof options.test === "string" ? options.test : own,
    key,
    write: (text) => void process.stdout.write(text),
  };
  const code =
    options.test === undefined
      ? await askHealth(gateway)
      : await testChat(gateway, options.alias ?? options.model);
  process.exitCode = code;
}

interface FoundGateway {
  readonly host: string;
  readonly key: string | undefined;
}

/** As the gateway itself would read them: the key may stand in the config alone. */
async function findGateway(
  source: ConfigSource | undefined,
  { host, insecure }: ServeOptions,
  env: Environment,
): Promise<FoundGateway> {
  const config = source && (await loadConfig(source.path, { ...source, env })).config;
  const access = config && resolveAccess(config, { host, insecure, env });
  return {
    host: reachable(access?.host ?? host ?? env["HOST"] ?? "127.0.0.1"),
    key: access ? access.masterKey : env["LITELLM_MASTER_KEY"],
  };
}

/** Who listens everywhere is called on this machine. */
function reachable(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
