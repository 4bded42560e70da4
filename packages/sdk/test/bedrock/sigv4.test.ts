import { SignatureV4 } from "@smithy/signature-v4";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeLabel } from "../../src/bedrock/endpoint.ts";
import { createSigner } from "../../src/bedrock/sigv4.ts";
import { Sha256 } from "./sha256.ts";
import { wireFixture } from "./wire-fixture.ts";

describe.each(wireFixture.signatures)("AWS's vector $id", (vector) => {
  test("gives its signature", () => {
    const { accessKeyId, secretAccessKey, sessionToken, region, method, host, path, headers, body } = vector;
    const date = new Date(vector.date.replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5"));
    const keys = { accessKeyId, secretAccessKey, sessionToken: sessionToken ?? undefined };
    const signed = createSigner()({ method, host, path, headers, body }, { keys, region, date });
    expect(signed["authorization"]).toBe(
      `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260102/${region}/bedrock/aws4_request, ` +
        `SignedHeaders=${vector.signedHeaders}, Signature=${vector.signature}`,
    );
    expect(signed["x-amz-content-sha256"]).toBe(vector.bodySha256);
    expect(signed["x-amz-date"]).toBe(vector.date);
  });
});

const segment = fc.string({ minLength: 1, unit: "grapheme" }).filter((text) => !/^\.{1,2}$/.test(text));
const headerValue = fc.stringMatching(/^[\x20-\x7e\t]{0,40}$/);
const headerName = fc
  .stringMatching(/^x-amz(n)?-[a-z0-9-]{1,20}$/)
  .filter((name) => !/^x-amz-(date|content-sha256|security-token)$/.test(name));

const cases = fc.record({
  method: fc.constantFrom("GET", "POST"),
  host: fc.constantFrom("bedrock-runtime.us-east-1.amazonaws.com", "127.0.0.1:4566"),
  segments: fc.array(segment, { minLength: 1, maxLength: 4 }),
  headers: fc.dictionary(headerName, headerValue, { maxKeys: 5 }),
  body: fc.oneof(fc.string({ unit: "grapheme" }), fc.uint8Array({ minLength: 1 })),
  keys: fc.record({
    accessKeyId: fc.stringMatching(/^[A-Z0-9]{4,20}$/),
    secretAccessKey: fc.string({ minLength: 1 }),
    sessionToken: fc.option(fc.stringMatching(/^[A-Za-z0-9+/=]{1,60}$/), { nil: undefined }),
  }),
  region: fc.constantFrom("us-east-1", "eu-central-1", "cn-north-1"),
  date: fc.date({ min: new Date("2000-01-01"), max: new Date("2099-12-31"), noInvalidDate: true }),
});

test("signs as AWS's own signer does", async () => {
  const sign = createSigner();
  await fc.assert(
    fc.asyncProperty(cases, async ({ method, host, segments, headers, body, keys, region, date }) => {
      const path = `/${segments.map(encodeLabel).join("/")}`;
      const own = { "content-type": "application/json", ...headers };
      const oracle = new SignatureV4({ credentials: keys, region, service: "bedrock", sha256: Sha256 });
      const expected = await oracle.sign(
        { method, protocol: "https:", hostname: host, path, query: {}, headers: { ...own, host }, body },
        { signingDate: date },
      );
      const signed = sign({ method, host, path, headers: own, body }, { keys, region, date });
      expect(signed).toEqual(expected.headers);
    }),
    { numRuns: 300 },
  );
});

describe("what is signed", () => {
  const keys = { accessKeyId: "AKID", secretAccessKey: "secret" };
  const context = { keys, region: "us-east-1", date: new Date("2026-01-02T03:04:05Z") };
  const signedNames = (headers: Record<string, string>) => {
    const request = { method: "POST", host: "h", path: "/", headers, body: "" };
    return /SignedHeaders=([^,]*)/
      .exec(createSigner()(request, context)["authorization"] ?? "")?.[1]
      ?.split(";");
  };
  const always = ["host", "x-amz-content-sha256", "x-amz-date"];

  test.each([
    ["content-type", true],
    ["x-amzn-bedrock-guardrailidentifier", true],
    ["x-amz-user-agent", true],
    ["x-amzn-trace-id", false],
    ["x-forwarded-for", false],
    ["accept", false],
    ["user-agent", false],
    ["content-length", false],
    ["amz-sdk-request", false],
  ])("%s: %s", (name, isSigned) => {
    const expected = isSigned ? [...always, name].toSorted() : always;
    expect(signedNames({ [name]: "v" })).toEqual(expected);
  });

  test("a header that isn't signed is sent all the same", () => {
    const request = { method: "POST", host: "h", path: "/", headers: { accept: "a" }, body: "" };
    expect(createSigner()(request, context)).toMatchObject({ accept: "a", host: "h" });
  });

  test("keys of one day are not used on the next, nor for another secret or region", () => {
    const sign = createSigner();
    const request = { method: "POST", host: "h", path: "/", headers: {}, body: "" };
    const variants = [
      context,
      { ...context, date: new Date("2026-01-03T03:04:05Z") },
      { ...context, region: "us-west-2" },
      { ...context, keys: { ...keys, secretAccessKey: "other" } },
    ];
    const shared = variants.map((variant) => sign(request, variant));
    const fresh = variants.map((variant) => createSigner()(request, variant));
    expect(shared).toEqual(fresh);
    expect(new Set(shared.map((headers) => headers["authorization"])).size).toBe(4);
  });

  test("many identities leave the cache bounded and the signatures right", () => {
    const sign = createSigner();
    const request = { method: "POST", host: "h", path: "/", headers: {}, body: "" };
    for (let index = 0; index < 200; index++) {
      const variant = { ...context, keys: { ...keys, secretAccessKey: `secret-${index % 150}` } };
      expect(sign(request, variant)).toEqual(createSigner()(request, variant));
    }
  });
});
