import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { scriptIds } from "../cases.ts";
import { type Program, litellmConfig, masterKey, openaiRequest } from "../program.ts";

/** As its users run it: auth, limits, metrics and a log line a request are on. */
export const outcrop: Program = {
  name: "outcrop",
  title: "this gateway, from a LiteLLM config; key checked, Prometheus on, a log line a request",
  missing: () => undefined,
  launch: ({ port, upstreamPort, folder }) => {
    const file = join(folder, "outcrop.yaml");
    writeFileSync(file, litellmConfig(scriptIds, upstreamPort));
    const bin = fileURLToPath(new URL("../../../packages/gateway/bin/outcrop.js", import.meta.url));
    return {
      command: process.execPath,
      args: [bin, "--config", file, "--port", String(port), "--host", "127.0.0.1"],
    };
  },
  request: (shape) => openaiRequest(shape, { authorization: `Bearer ${masterKey}` }),
  answers: "openai",
};
