import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRedactor } from "../../src/telemetry/redact.ts";
import { secretsIn } from "../../src/telemetry/redaction/known-secrets.ts";
import { isSecretName } from "../../src/telemetry/redaction/secret-names.ts";

const accessKeyId = "AKIAIOSFODNN7EXAMPLE";
const secretAccessKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const token = "canary0123456789";

describe("shapes of secrets", () => {
  const cases: readonly (readonly [name: string, dirty: string, clean: string])[] = [
    ["an access key id", `key ${accessKeyId} is unknown`, "key [redacted] is unknown"],
    ["a session's key id", `ASIAIOSFODNN7EXAMPLE`, "[redacted]"],
    ["a key id with its secret", `${accessKeyId}:${secretAccessKey}`, "[redacted]:[redacted]"],
    ["a Bedrock API key", "Bearer ABSKQmVkcm9ja0FQSUtleS1leGFtcGxl", "Bearer [redacted]"],
    ["a short-term Bedrock key", "bedrock-api-key-YmVkcm9jay5hbWF6b24=&x", "[redacted]&x"],
    ["a virtual key", "the key sk-1234 is weak", "the key [redacted] is weak"],
    ["a long key without digits", "sk-abcdefghijklmnopqrst", "[redacted]"],
    ["a bearer token", `authorization was Bearer ${token}`, "authorization was Bearer [redacted]"],
    ["basic credentials", "Basic dXNlcjpwYXNz", "Basic [redacted]"],
    ["a header", `Authorization: Bearer ${token}`, "Authorization: [redacted]"],
    ["a header of an unknown scheme", `authorization: Token ${token}`, "authorization: [redacted]"],
    [
      "a header in a line of its own",
      `authorization: ${token}\nhost: h`,
      "authorization: [redacted]\nhost: h",
    ],
    ["a cookie", `cookie: session=${token}; b=c`, "cookie: [redacted]"],
    [
      "a signed header",
      `authorization: AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/bedrock/aws4_request, Signature=abc`,
      "authorization: [redacted]",
    ],
    [
      "a signed URL",
      `https://h/?X-Amz-Signature=abc123&x=1&X-Amz-Security-Token=${token}%2F`,
      "https://h/?X-Amz-Signature=[redacted]&x=1&X-Amz-Security-Token=[redacted]",
    ],
    ["a password in a URL", `redis://user:${token}@host:6379/0`, "redis://user:[redacted]@host:6379/0"],
    ["a password without a user", `redis://:${token}@host`, "redis://:[redacted]@host"],
    ["an identity token", "eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl", "[redacted]"],
    [
      "a private key",
      `-----BEGIN RSA PRIVATE KEY-----\n${token}\n-----END RSA PRIVATE KEY-----`,
      "[redacted]",
    ],
    ["a named field", `aws_secret_access_key=${token}`, "aws_secret_access_key=[redacted]"],
    ["a field among others", `x=1, password: ${token}, y=2`, "x=1, password: [redacted], y=2"],
    ["a query", `?api_key=${token}&n=1`, "?api_key=[redacted]&n=1"],
    ["JSON", `{"api_key":"${token}","n":1}`, '{"api_key":"[redacted]","n":1}'],
    ["JSON with a quote in it", `{"password":"a\\"b${token}","n":1}`, '{"password":"[redacted]","n":1}'],
    ["JSON in JSON", `{"a":"{\\"apiKey\\":\\"${token}\\"}"}`, '{"a":"{\\"apiKey\\":\\"[redacted]\\"}"}'],
    ["Python's dict", `{'session_token': '${token}', 'n': 1}`, "{'session_token': '[redacted]', 'n': 1}"],
    ["a number", '{"password":12345678}', '{"password":"[redacted]"}'],
  ];

  test.each(cases)("%s", (_name, dirty, clean) => {
    expect(createRedactor().text(dirty)).toBe(clean);
  });

  test.each([
    "12:00:00 200 POST /v1/chat/completions qwen 1.250 s 12 + 34 tokens [call-1]",
    '{"max_tokens":64,"prompt_tokens":12,"cached_tokens":null,"key_hash":"9f86d081"}',
    "arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdefghijkl",
    "Unexpected token: } at line 1",
    "no credentials: looked in the environment, in the profile and at the instance",
    "disk-usage, task-1234, risk-free and the sk-learn route",
    "see https://docs.aws.amazon.com/bedrock/latest/userguide/ at 12:30, mail@host",
    '{"password":null,"secret":false}',
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  ])("leaves %s alone", (clean) => {
    expect(createRedactor().text(clean)).toBe(clean);
  });

  test("JSON stays JSON", () => {
    const shaped = fc.constantFrom(accessKeyId, `Bearer ${token}`, `sk-${token}`, "12345678");
    const secret = fc.oneof(
      shaped,
      fc.constantFrom(token, `a"b\\c${token}`),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
    );
    const object = fc.record(
      { api_key: secret, password: secret, Authorization: secret, clientSecret: secret, note: shaped },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(object, object, (outer, inner) => {
        const text = JSON.stringify({ ...outer, inner, text: JSON.stringify(inner) });
        const clean = createRedactor().text(text);
        expect(() => JSON.parse(clean) as unknown).not.toThrow();
        expect(clean).not.toContain(token);
      }),
    );
  });
});

describe("known secrets", () => {
  test("any registered value goes, wherever it stands and however it is written", () => {
    const anySecret = fc.string({ unit: "binary", minLength: 8, maxLength: 60 });
    fc.assert(
      fc.property(anySecret, fc.string(), fc.string(), (secret, before, after) => {
        // The mark itself, and what can't stand in a URL, are nobody's secret.
        fc.pre(!"[redacted]".includes(secret) && secret.isWellFormed());
        const redactor = createRedactor();
        redactor.register([secret]);
        for (const spelled of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]) {
          expect(redactor.text(`${before} ${spelled} ${after}`)).not.toContain(spelled);
        }
      }),
    );
  });

  test("a secret within another does not save the rest of it", () => {
    const redactor = createRedactor();
    redactor.register(["plainsecret"]);
    redactor.register(["plainsecret-and-more"]);
    expect(redactor.text("a plainsecret-and-more b plainsecret")).toBe("a [redacted] b [redacted]");
  });

  test("what is too short to be a secret is not taken out of words", () => {
    const redactor = createRedactor();
    redactor.register(["pass", ""]);
    expect(redactor.text("passed")).toBe("passed");
  });

  test("are found in settings by their names, at any depth, and in URLs", () => {
    const settings = {
      models: [{ id: "a", auth: { accessKeyId, secretAccessKey, roleArn: "arn:aws:iam::1:role/r" } }],
      headers: { "X-Api-Key": "header-key", accept: "json" },
      credentials: { anything: ["below-it"] },
      redis: "rediss://u:p%40ss@host/1",
      AWS_BEARER_TOKEN_BEDROCK: "ABSK1",
      max_tokens: 7,
      render: () => "a function",
      nothing: null,
    };
    expect([...secretsIn(settings)].toSorted()).toEqual(
      [accessKeyId, secretAccessKey, "header-key", "below-it", "p%40ss", "p@ss", "ABSK1"].toSorted(),
    );
  });
});

describe("names of secrets", () => {
  test.each([
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
    "aws_web_identity_token",
    "api_key",
    "apiKey",
    "X-Api-Key",
    "api-key",
    "AWS_BEARER_TOKEN_BEDROCK",
    "LITELLM_MASTER_KEY",
    "LITELLM_SALT_KEY",
    "masterKey",
    "Authorization",
    "Proxy-Authorization",
    "set-cookie",
    "X-Amz-Security-Token",
    "REDIS_PASSWORD",
    "client_secret",
    "SLACK_WEBHOOK_URL",
  ])("%s is one", (name) => expect(isSecretName(name)).toBe(true));

  test.each([
    "max_tokens",
    "prompt_tokens",
    "input_cost_per_token",
    "bos_token",
    "eos_token",
    "token_rate_limit_type",
    "litellm_credential_name",
    "litellm_key_header_name",
    "key_hash",
    "cache_key",
    "model_id",
    "keyboard",
    "tokenizer",
  ])("%s is none", (name) => expect(isSecretName(name)).toBe(false));
});

describe("values", () => {
  test("lose what stands under secret names, and keep their shape", () => {
    const redactor = createRedactor();
    redactor.register(["registered-value"]);
    const value = {
      api_key: token,
      password: 12345678,
      secret: true,
      token: "",
      note: `see registered-value and sk-${token}`,
      list: ["registered-value", 7, null],
      input_cost_per_token: 0.5,
      deep: { credentials: { key: "x" } },
    };
    expect(redactor.value(value)).toEqual({
      api_key: "[redacted]",
      password: "[redacted]",
      secret: true,
      token: "",
      note: "see [redacted] and [redacted]",
      list: ["[redacted]", 7, null],
      input_cost_per_token: 0.5,
      deep: { credentials: "[redacted]" },
    });
    expect(value.note).toContain("registered-value");
  });

  test("that go round in circles end", () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(JSON.stringify(createRedactor().value(circle))).toContain("[too deep]");
  });
});
