import { BedrockClient } from "@aws-sdk/client-bedrock";
import { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
import { describe, expect, test } from "vitest";
import { encodeLabel, resolveEndpoint } from "../../src/bedrock/endpoint.ts";
import { OutcropError } from "../../src/core/errors.ts";

const regions = [
  "us-east-1",
  "us-east-2",
  "us-west-2",
  "eu-central-1",
  "ap-northeast-1",
  "sa-east-1",
  "mx-central-1",
  "il-central-1",
  "cn-north-1",
  "cn-northwest-1",
  "us-gov-west-1",
  "us-gov-east-1",
  "us-iso-east-1",
  "us-isob-east-1",
  "eu-isoe-west-1",
  "us-isof-south-1",
  "eusc-de-east-1",
];

const switches = [
  { UseFIPS: false, UseDualStack: false },
  { UseFIPS: true, UseDualStack: false },
  { UseFIPS: false, UseDualStack: true },
  { UseFIPS: true, UseDualStack: true },
];

describe.each(regions)("AWS's own hosts in %s", (region) => {
  const oracles = [
    { service: "bedrock-runtime", provider: new BedrockRuntimeClient({ region }).config.endpointProvider },
    { service: "bedrock", provider: new BedrockClient({ region }).config.endpointProvider },
  ] as const;

  test.each(switches)("FIPS $UseFIPS, dual stack $UseDualStack", ({ UseFIPS, UseDualStack }) => {
    const env = {
      AWS_USE_FIPS_ENDPOINT: String(UseFIPS),
      AWS_USE_DUALSTACK_ENDPOINT: UseDualStack ? "TRUE" : undefined,
    };
    for (const { service, provider } of oracles) {
      const { url } = provider({ Region: region, UseFIPS, UseDualStack });
      const endpoint = resolveEndpoint({ service, region, explicit: undefined, env });
      expect(endpoint).toEqual({ origin: url.origin, host: url.host, basePath: "" });
    }
  });
});

describe("custom endpoints", () => {
  const all = {
    AWS_BEDROCK_RUNTIME_ENDPOINT: "http://litellm",
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: "http://runtime",
    AWS_ENDPOINT_URL_BEDROCK: "http://control",
    AWS_ENDPOINT_URL: "http://any",
  };
  const { AWS_BEDROCK_RUNTIME_ENDPOINT: _litellm, ...ofAws } = all;
  const own = "https://bedrock-runtime.us-east-1.amazonaws.com";
  const rows = [
    ["the call's own first", "bedrock-runtime", "http://call", all, "http://call"],
    ["LiteLLM's variable", "bedrock-runtime", undefined, all, "http://litellm"],
    ["AWS's variable of the service", "bedrock-runtime", undefined, ofAws, "http://runtime"],
    [
      "AWS's for every service",
      "bedrock-runtime",
      undefined,
      { AWS_ENDPOINT_URL: "http://any" },
      "http://any",
    ],
    ["the control plane has its own", "bedrock", undefined, all, "http://control"],
    [
      "nor does it take the runtime's",
      "bedrock",
      undefined,
      { AWS_ENDPOINT_URL_BEDROCK_RUNTIME: "http://x" },
      "https://bedrock.us-east-1.amazonaws.com",
    ],
    ["an empty one is none", "bedrock-runtime", "", { AWS_ENDPOINT_URL: "" }, own],
    [
      "AWS's can be switched off",
      "bedrock-runtime",
      undefined,
      { ...ofAws, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" },
      own,
    ],
    [
      "but not the call's",
      "bedrock-runtime",
      "http://call",
      { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" },
      "http://call",
    ],
    ["it beats FIPS", "bedrock-runtime", "http://call", { AWS_USE_FIPS_ENDPOINT: "true" }, "http://call"],
  ] as const;

  test.each(rows)("%s", (...[, service, explicit, env, origin]) => {
    expect(resolveEndpoint({ service, region: "us-east-1", explicit, env }).origin).toBe(origin);
  });

  test.each([
    ["http://h:4566", "http://h:4566", "h:4566", ""],
    ["http://h:4566/", "http://h:4566", "h:4566", ""],
    ["https://h:443/base//deep///", "https://h", "h", "/base/deep"],
    ["https://h/base/%7Eme", "https://h", "h", "/base/%7Eme"],
    ["http://[::1]:80/x", "http://[::1]", "[::1]", "/x"],
  ])("%s is taken apart", (...[explicit, origin, host, basePath]) => {
    const endpoint = resolveEndpoint({ service: "bedrock", region: "us-east-1", explicit, env: {} });
    expect(endpoint).toEqual({ origin, host, basePath });
  });

  test.each(["h:4566", "localhost", "ftp://h", "file:///etc/passwd", "https://"])(
    "%s is refused",
    (explicit) => {
      const resolve = () => resolveEndpoint({ service: "bedrock", region: "us-east-1", explicit, env: {} });
      expect(resolve).toThrow(expect.objectContaining({ code: "invalid_request" }));
    },
  );
});

describe("a model as a label of the path", () => {
  test.each([
    [
      "arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdef123456",
      "arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aimported-model%2Fabcdef123456",
    ],
    ["qwen.qwen3-32b-v1:0", "qwen.qwen3-32b-v1%3A0"],
    ["moonshot.kimi-k2-thinking", "moonshot.kimi-k2-thinking"],
    ["a!'()*b", "a%21%27%28%29%2Ab"],
    ["...", "..."],
  ])("%s", (id, label) => {
    expect(encodeLabel(id)).toBe(label);
  });

  test.each([".", ".."])("%s would leave the path", (id) => {
    expect(() => encodeLabel(id)).toThrow(OutcropError);
  });
});
