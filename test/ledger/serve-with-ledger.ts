import { resolveAccess } from "../../packages/gateway/src/config/access.ts";
import { loadConfig } from "../../packages/gateway/src/config/load-config.ts";
import { createGateway } from "../../packages/gateway/src/gateway.ts";

/** Serves a config on a free port, which it tells on standard output, until it is killed. */
const [path = ""] = process.argv.slice(2);
const { config, findings } = await loadConfig(path, { env: process.env });
if (!config) throw new Error(JSON.stringify(findings));
const access = resolveAccess(config, { host: "127.0.0.1", env: {} });
const gateway = await createGateway({ config, access, port: 0, write: () => undefined });
console.log(gateway.url);
