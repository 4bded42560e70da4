import { readFile } from "node:fs/promises";
import { type Access, resolveAccess } from "../config/access.ts";
import { hasErrors } from "../config/finding.ts";
import type { Environment, GatewayConfig } from "../config/gateway-config.ts";
import { type LoadedConfig, loadConfig } from "../config/load-config.ts";
import { watchConfig } from "../config/watch-config.ts";
import { type Gateway, createGateway } from "../gateway.ts";
import type { TlsFiles } from "../http/http-server.ts";
import { type EnvironmentOverlay, createEnvironmentOverlay } from "./environment-overlay.ts";
import { print, reportFindings } from "./print.ts";
import type { ConfigSource } from "./quick-model.ts";
import type { ServeOptions } from "./serve-options.ts";

/**
 * Starts a gateway that follows its config, in this process.
 *
 * @throws Error when the config keeps the gateway from starting; why is then said already.
 */
export async function startFromConfig(source: ConfigSource, options: ServeOptions): Promise<Gateway> {
  const environment = createEnvironmentOverlay(process.env);
  const loaded = await loadConfig(source.path, { ...source, env: environment.original });
  const { config, access } = admit(loaded, options, environment.original);
  environment.apply(config.environment);
  const tls = await readTls(options);
  const gateway = await createGateway({
    config,
    access,
    port: options.port,
    tls,
    env: logEnvironment(options),
  });
  follow({ source, loaded, gateway, options, environment });
  return gateway;
}

/** The command line's wish for a log comes before LITELLM_LOG. */
function logEnvironment({ debug, detailed_debug: detailed }: ServeOptions): Environment {
  return debug === true || detailed === true ? { ...process.env, LITELLM_LOG: "DEBUG" } : process.env;
}

interface Admitted {
  readonly config: GatewayConfig;
  readonly access: Access;
}

/** Says what was found, and gives the config if nothing forbids to run it. */
function admit({ config, findings }: LoadedConfig, options: ServeOptions, env: Environment): Admitted {
  reportFindings(findings);
  if (!config || hasErrors(findings)) throw new Error("outcrop does not start until this is mended.");
  const access = resolveAccess(config, { host: options.host, env, insecure: options.insecure });
  reportFindings(access.findings);
  if (hasErrors(access.findings)) throw new Error("outcrop does not start until this is mended.");
  return { config, access };
}

interface Followed {
  readonly source: ConfigSource;
  readonly loaded: LoadedConfig;
  readonly gateway: Gateway;
  readonly options: ServeOptions;
  readonly environment: EnvironmentOverlay;
}

/** Goes on with a changed config; a bad one leaves the old one running. */
function follow({ source, loaded, gateway, options, environment }: Followed): void {
  const watcher = watchConfig(
    source.path,
    (next) => {
      try {
        const { config, access } = admit(next, options, environment.original);
        environment.apply(config.environment);
        gateway.update(config, access);
        print(`The config was read again. Models: ${gateway.models().join(", ")}`);
      } catch {
        process.stderr.write("The new config is not used; the old one goes on.\n");
      }
    },
    { ...source, loaded, env: environment.original },
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
