import { createHmac, hash } from "node:crypto";
import { getToken } from "@aws/bedrock-token-generator";
import { InvokeModelCommand, BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { SignatureV4 } from "@smithy/signature-v4";
import { describe, expect, test } from "vitest";
import { authenticate } from "../src/auth/authenticate.ts";
import { toCanonicalRequest } from "../src/auth/canonical.ts";
import type { Keyring } from "../src/auth/credentials.ts";
import { dummyApiKey, dummyCredentials } from "../src/auth/credentials.ts";
import { AwsFailure } from "../src/aws/failure.ts";
import type { HttpRequest } from "../src/http/message.ts";
import { arns, failureOf, invoke, kimi, startRig, stopRig, useRig } from "./rig.ts";
import vectors from "./fixtures/aws-vectors.json" with { type: "json" };

/** The request that AWS's JavaScript client sent by HTTP/2, recorded with its signature. */
const recorded = vectors.http2Request;
const recordedSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const recordedTime = Date.parse("2026-11-22T10:38:36Z");

function toRequest(change: Partial<HttpRequest> = {}): HttpRequest {
  return {
    protocol: "HTTP/2",
    method: recorded.method,
    target: recorded.path,
    headers: recorded.headers,
    body: Buffer.from(JSON.stringify(recorded.body)),
    refusal: undefined,
    signal: new AbortController().signal,
    ...change,
  };
}

function toKeyring(change: Partial<Keyring> = {}): Keyring {
  return {
    credentials: [
      { accessKeyId: "AKIDEXAMPLE", secretAccessKey: recordedSecret, sessionToken: "SESSIONTOKEN/+=" },
    ],
    apiKeys: [],
    now: () => recordedTime,
    ...change,
  };
}

function refusalOf(request: HttpRequest, keyring = toKeyring()): AwsFailure {
  try {
    authenticate(request, keyring);
  } catch (error) {
    if (error instanceof AwsFailure) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

const headersWith = (change: Record<string, string>): HttpRequest =>
  toRequest({ headers: { ...recorded.headers, ...change } });
const authorizationWith = (from: string | RegExp, to: string): HttpRequest =>
  headersWith({ authorization: recorded.headers.authorization.replace(from, to) });

describe("a recorded HTTP/2 request", () => {
  test("is accepted as it is", () => {
    expect(authenticate(toRequest(), toKeyring())).toEqual({
      kind: "signature",
      region: "us-east-1",
      accessKeyId: "AKIDEXAMPLE",
    });
  });

  test("is signed over the path encoded twice", () => {
    const canonical = toCanonicalRequest(toRequest(), ["host"]);
    expect(canonical.split("\n")[1]).toBe(
      "/model/arn%253Aaws%253Abedrock%253Aus-east-1%253A123456789012%253Aimported-model%252Fabcdef123456/invoke",
    );
  });

  // Each row changes one thing only.
  test.each<[what: string, request: HttpRequest]>([
    ["the method", toRequest({ method: "PUT" })],
    ["the path", toRequest({ target: recorded.path.replace("abcdef", "abcdeg") })],
    ["the path's encoding", toRequest({ target: recorded.path.replaceAll("%3A", ":") })],
    ["the case of the path's encoding", toRequest({ target: recorded.path.replaceAll("%3A", "%3a") })],
    ["the query", toRequest({ target: `${recorded.path}?a=1` })],
    ["a signed header", headersWith({ "content-type": "text/plain" })],
    ["the authority", headersWith({ ":authority": "127.0.0.1:1" })],
    ["the body", toRequest({ body: Buffer.from(JSON.stringify({ ...recorded.body, max_gen_len: 11 })) })],
    ["the body's hash", headersWith({ "x-amz-content-sha256": "0".repeat(64) })],
    ["the date", headersWith({ "x-amz-date": "20261122T103837Z" })],
    ["the region", authorizationWith("us-east-1", "us-west-2")],
    ["the list of signed headers", authorizationWith("accept;", "")],
    ["the signature", authorizationWith(/Signature=7/, "Signature=8")],
    ["the length of the signature", authorizationWith(/Signature=.*/, "Signature=7a")],
  ])("is refused when %s is changed", (_, request) => {
    expect(refusalOf(request)).toMatchObject({ exception: "InvalidSignatureException", status: 403 });
  });

  test("is refused with another secret key, and told the canonical string", () => {
    const credentials = [{ accessKeyId: "AKIDEXAMPLE", secretAccessKey: "other" }];
    const { message } = refusalOf(toRequest(), toKeyring({ credentials }));
    expect(message).toContain(
      "The request signature we calculated does not match the signature you provided.",
    );
    expect(message).toContain(
      "The Canonical String for this request should have been\n'POST\n/model/arn%253A",
    );
    expect(message).toContain("The String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20261122T103836Z\n");
  });

  test.each([
    ["expired", 5 * 60 + 1, "Signature expired: 20261122T103836Z is now earlier than"],
    ["not yet current", -5 * 60 - 1, "Signature not yet current: 20261122T103836Z is still later than"],
  ])("is %s more than five minutes off", (_, seconds, text) => {
    const failure = refusalOf(toRequest(), toKeyring({ now: () => recordedTime + seconds * 1000 }));
    expect(failure.exception).toBe("InvalidSignatureException");
    expect(failure.message).toContain(text);
  });

  test.each([4 * 60 + 59, -4 * 60 - 59])("is accepted %d seconds off", (seconds) => {
    const keyring = toKeyring({ now: () => recordedTime + seconds * 1000 });
    expect(authenticate(toRequest(), keyring).kind).toBe("signature");
  });

  test.each([
    ["an unknown access key", toKeyring({ credentials: [] }), "UnrecognizedClientException"],
    [
      "another session token",
      toKeyring({
        credentials: [{ accessKeyId: "AKIDEXAMPLE", secretAccessKey: recordedSecret, sessionToken: "other" }],
      }),
      "UnrecognizedClientException",
    ],
    [
      "an expired session",
      toKeyring({
        credentials: [
          {
            accessKeyId: "AKIDEXAMPLE",
            secretAccessKey: recordedSecret,
            sessionToken: "SESSIONTOKEN/+=",
            expiration: "2026-11-22T10:38:00Z",
          },
        ],
      }),
      "ExpiredTokenException",
    ],
  ])("is refused with %s", (_, keyring, exception) => {
    expect(refusalOf(toRequest(), keyring)).toMatchObject({ exception, status: 403 });
  });

  test.each([
    ["no authorization", { authorization: "" }, "MissingAuthenticationTokenException"],
    ["another scheme", { authorization: "Basic YTpi" }, "IncompleteSignatureException"],
    ["no signature", { authorization: "AWS4-HMAC-SHA256 Credential=a/b" }, "IncompleteSignatureException"],
  ])("is refused with %s", (_, headers, exception) => {
    expect(refusalOf(headersWith(headers)).exception).toBe(exception);
  });

  test.each([
    ["service", "/bedrock/", "/s3/", "scoped to correct service"],
    ["terminator", "aws4_request", "aws4", "valid terminator"],
    ["date", "/20261122/", "/20261121/", "Date in Credential scope does not match"],
    ["host", ":authority;", "", "'Host' or ':authority' must be a 'SignedHeader'"],
  ])("is told what is wrong with the %s of its scope", (_, from, to, text) => {
    expect(refusalOf(authorizationWith(from, to)).message).toContain(text);
  });
});

test("an independently computed HTTP/1.1 vector has the same canonical request", () => {
  for (const vector of vectors.signatures) {
    const headers = {
      host: vector.host,
      "content-type": "application/json",
      "x-amz-date": vector.date,
      "x-amz-content-sha256": vector.bodySha256,
      authorization: `AWS4-HMAC-SHA256 Credential=${vector.accessKeyId}/20260102/us-east-1/bedrock/aws4_request, SignedHeaders=${vector.signedHeaders}, Signature=${vector.signature}`,
    };
    const request = toRequest({
      protocol: "HTTP/1.1",
      target: vector.path,
      headers,
      body: Buffer.from(vector.body),
    });
    const keyring = toKeyring({
      credentials: [{ accessKeyId: vector.accessKeyId, secretAccessKey: vector.secret }],
      now: () => Date.parse("2026-01-02T03:04:05Z"),
    });
    expect(authenticate(request, keyring).accessKeyId).toBe(vector.accessKeyId);
  }
});

type SourceData = string | ArrayBuffer | ArrayBufferView;

/** What AWS's signer asks of a hash. */
class Sha256 {
  readonly #pieces: Uint8Array[] = [];
  readonly #secret: Uint8Array | undefined;
  constructor(secret?: SourceData) {
    this.#secret = secret === undefined ? undefined : toBytes(secret);
  }
  update(data: SourceData): void {
    this.#pieces.push(toBytes(data));
  }
  reset(): void {
    this.#pieces.length = 0;
  }
  async digest(): Promise<Uint8Array> {
    const data = Buffer.concat(this.#pieces);
    if (this.#secret === undefined) return hash("sha256", data, "buffer");
    return createHmac("sha256", this.#secret).update(data).digest();
  }
}

function toBytes(data: SourceData): Uint8Array {
  if (typeof data === "string") return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(data);
}

/** Signs without `x-amz-content-sha256`, as boto3 does. */
async function signLikeBoto(url: string, path: string, body: string): Promise<Record<string, string>> {
  const signer = new SignatureV4({
    credentials: dummyCredentials,
    region: "us-east-1",
    service: "bedrock",
    sha256: Sha256,
    applyChecksum: false,
  });
  const { host } = new URL(url);
  const headers = { host, "content-type": "application/json" };
  const request = { method: "POST", protocol: "http:", hostname: host, path, query: {}, headers, body };
  return (await signer.sign(request)).headers;
}

test.each([
  ["us-east-1", undefined],
  ["us-west-2", "Credential should be scoped to a valid region, not 'us-east-1'. "],
])("a host that names %s takes its own region's signatures only", async (region, refusal) => {
  const url = `http://bedrock-runtime.${region}.localhost:4566`;
  const headers = await signLikeBoto(url, "/model/m/invoke", "{}");
  const request = toRequest({
    protocol: "HTTP/1.1",
    target: "/model/m/invoke",
    headers,
    body: Buffer.from("{}"),
  });
  const keyring = toKeyring({ credentials: [dummyCredentials], now: Date.now });
  if (refusal === undefined) expect(authenticate(request, keyring).region).toBe(region);
  else expect(refusalOf(request, keyring).message).toBe(refusal);
});

describe("on the wire", () => {
  const rig = useRig();
  const body = { prompt: "hi", max_gen_len: 5 };

  test.each([
    ["runtime", "HTTP/2", ":authority"],
    ["http1", "HTTP/1.1", "host;"],
  ] as const)("AWS's client (%s) signs so that it is accepted by %s", async (client, protocol, signed) => {
    await invoke(rig()[client], arns.llama, body);
    const [request] = rig().emulator.requests();
    expect(request?.protocol).toBe(protocol);
    expect(request?.headers["authorization"]).toContain(signed);
  });

  test("a signature without a hash of the body is over the body all the same", async () => {
    const { url } = rig().emulator;
    const path = `/model/${encodeURIComponent(arns.llama)}/invoke`;
    const text = JSON.stringify(body);
    const headers = await signLikeBoto(url, path, text);
    expect(Object.keys(headers)).not.toContain("x-amz-content-sha256");
    const right = await fetch(url + path, { method: "POST", headers, body: text });
    expect(right.status).toBe(200);
    const wrong = await fetch(url + path, { method: "POST", headers, body: text.replace("hi", "ho") });
    expect([wrong.status, wrong.headers.get("x-amzn-errortype")]).toEqual([403, "InvalidSignatureException"]);
  });

  test("a raw colon in the path is another path, and signed as such it is accepted", async () => {
    const { url } = rig().emulator;
    const path = `/model/${arns.llama.replace("/", "%2F")}/invoke`;
    const text = JSON.stringify(body);
    const answer = await fetch(url + path, {
      method: "POST",
      headers: await signLikeBoto(url, path, text),
      body: text,
    });
    expect(answer.status).toBe(200);
  });

  test("a session token that nobody configured is taken if it is signed", async () => {
    const { emulator } = rig();
    const credentials = { ...emulator.credentials, sessionToken: "whatever/+=" };
    const client = new BedrockRuntimeClient({ endpoint: emulator.url, region: "us-east-1", credentials });
    expect(await invoke(client, arns.llama, body)).toHaveProperty("generation");
    expect(JSON.stringify(emulator.requests())).not.toContain("whatever");
    client.destroy();
  });

  test.each([
    ["another secret", { secretAccessKey: "wrong" }, "InvalidSignatureException"],
    ["an unknown key", { accessKeyId: "AKIAUNKNOWN" }, "UnrecognizedClientException"],
  ])("%s makes AWS's client throw", async (_, change, name) => {
    const { emulator } = rig();
    const credentials = { ...emulator.credentials, ...change };
    const client = new BedrockRuntimeClient({ endpoint: emulator.url, region: "us-east-1", credentials });
    const failure = await failureOf(invoke(client, arns.llama, body));
    expect([failure.name, failure.$metadata.httpStatusCode]).toEqual([name, 403]);
    expect(failure.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
    client.destroy();
  });
});

describe("Bedrock API keys", () => {
  const now = Date.now();
  const rig = useRig({ signatureNow: () => now });
  const call = async (
    token: string,
    modelId: string = arns.llama,
  ): Promise<{ status: number; text: string }> => {
    const path = `/model/${encodeURIComponent(modelId)}/invoke`;
    const content = modelId === kimi ? { messages: [{ role: "user", content: "hi" }] } : { prompt: "hi" };
    const answer = await fetch(rig().emulator.url + path, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(content),
    });
    return { status: answer.status, text: await answer.text() };
  };
  const shortTerm = (
    region = "us-east-1",
    expiresInSeconds = 3600,
    credentials = dummyCredentials,
  ): Promise<string> => getToken({ credentials, region, expiresInSeconds });

  test("the long-term dummy key is accepted, another is not", async () => {
    expect((await call(dummyApiKey)).status).toBe(200);
    expect(await call(`${dummyApiKey}x`)).toMatchObject({
      status: 403,
      text: expect.stringContaining("API Key is valid"),
    });
  });

  test("AWS's client sends it when the variable is set", async () => {
    const { emulator } = rig();
    const client = new BedrockRuntimeClient({
      endpoint: emulator.url,
      region: "us-east-1",
      token: { token: dummyApiKey },
      authSchemePreference: ["httpBearerAuth"],
      requestHandler: new NodeHttpHandler(),
    });
    await client.send(
      new InvokeModelCommand({
        modelId: arns.llama,
        contentType: "application/json",
        body: '{"prompt":"hi"}',
      }),
    );
    expect(emulator.requests()[0]).toMatchObject({ authentication: "long-term-key", region: "us-east-1" });
    expect(JSON.stringify(emulator.requests())).not.toContain(dummyApiKey);
    client.destroy();
  });

  test("a short-term key of AWS's own generator is accepted, and its region is known", async () => {
    expect((await call(await shortTerm())).status).toBe(200);
    expect(rig().emulator.requests()[0]).toMatchObject({
      authentication: "short-term-key",
      region: "us-east-1",
      accessKeyId: dummyCredentials.accessKeyId,
    });
  });

  test("it is bound to its region", async () => {
    const key = await shortTerm("us-west-2");
    expect((await call(key, kimi)).status).toBe(200);
    expect(await call(key)).toMatchObject({
      status: 400,
      text: expect.stringContaining("identifier is invalid"),
    });
  });

  test("it ends with its time", async () => {
    const key = await shortTerm("us-east-1", 60);
    const later = await startRig({ signatureNow: () => Date.now() + 61_000 });
    const answer = await fetch(`${later.emulator.url}/model/${kimi}/invoke`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: "{}",
    });
    expect([answer.status, await answer.text()]).toEqual([
      403,
      expect.stringContaining("Bearer Token has expired"),
    ]);
    await stopRig(later);
  });

  /** The same key with one parameter of its presigned URL changed. */
  const edit = (key: string, from: RegExp, to: string): string => {
    const prefix = "bedrock-api-key-";
    const url = Buffer.from(key.slice(prefix.length), "base64").toString().replace(from, to);
    return prefix + Buffer.from(url).toString("base64");
  };

  test.each([
    ["region", /us-east-1/, "us-west-2"],
    ["life", /Expires=3600/, "Expires=43200"],
    ["life beyond twelve hours", /Expires=3600/, "Expires=99999"],
    ["action", /CallWithBearerToken/, "Other"],
    ["host", /^bedrock/, "badrock"],
    ["key", /AKIAOUTCROP/, "AKIAOUTCROX"],
    ["signature", /Signature=./, "Signature=g"],
  ])("a change of its %s is refused", async (_, from, to) => {
    expect((await call(edit(await shortTerm(), from, to))).status).toBe(403);
  });

  test.each(["", "bedrock-api-key-", "bedrock-api-key-%%%", "bedrock-api-key-" + "A".repeat(10_000)])(
    "what is no key is refused (%#)",
    async (token) => {
      expect((await call(token)).status).toBe(403);
    },
  );
});
