import { expect, test } from "vitest";
import { createReporting } from "../../src/telemetry/reporting.ts";
import { loadText } from "./load-text.ts";

const arn = "arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdefghijkl";

const yaml = (name: string) => `
model_list:
  - model_name: qwen
    litellm_params:
      model: bedrock/qwen3/${arn}
      aws_access_key_id: AKIACANARY00000000AA
      aws_secret_access_key: ${name}-secret-access-key
      aws_session_token: os.environ/CANARY_SESSION
      extra_headers: { x-api-key: ${name}-upstream-header }
litellm_settings:
  cache: true
  cache_params: { type: redis, host: localhost, password: ${name}-redis-password }
`;

test("every secret of config, environment and access is taken out of the log, of a new config too", async () => {
  const env = { CANARY_SESSION: "canary-session-token", AWS_BEARER_TOKEN_BEDROCK: "canary-bearer-token" };
  const config = await loadText(yaml("canary"), env);
  const lines: string[] = [];
  const access = { masterKey: "canary-master-key", host: "127.0.0.1", findings: [] };
  const write = (line: string) => void lines.push(line);
  const reporting = await createReporting({ config, access, env, write, findEntry: () => undefined });
  reporting.protect(await loadText(yaml("second"), env), { ...access, masterKey: "second-master-key" });
  const secrets = ["canary", "second"].flatMap((name) =>
    ["secret-access-key", "upstream-header", "redis-password", "master-key"].map((kind) => `${name}-${kind}`),
  );
  const all = [...secrets, "canary-session-token", "canary-bearer-token"];
  reporting.onFault(new Error(all.join(" ")));
  await reporting.telemetry.close();
  expect(lines).toHaveLength(1);
  expect(all.filter((secret) => lines[0]?.includes(secret))).toEqual([]);
});
