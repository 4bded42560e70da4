import { SignatureV4 } from "@smithy/signature-v4";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { HttpRequest } from "../../src/bedrock/http.ts";
import { createClient } from "../../src/index.ts";
import { Sha256 } from "./sha256.ts";

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
const date = new Date("2026-01-02T03:04:05Z");
const kib = 1024;

/** Sends one call, and gives what would have gone to AWS. */
async function sent(content: readonly object[]): Promise<HttpRequest> {
  const requests: HttpRequest[] = [];
  const answer = Buffer.from('{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}');
  const client = createClient({
    aws_access_key_id: credentials.accessKeyId,
    aws_secret_access_key: credentials.secretAccessKey,
    runtime: {
      now: () => date.getTime(),
      env: () => ({}),
      send: async (request) => {
        requests.push(request);
        return { status: 200, headers: { "content-type": "application/json" }, body: bytesOf(answer) };
      },
    },
  });
  await client.completion({
    model: "bedrock/openai/arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdef123456",
    messages: [{ role: "user", content: content as never }],
  });
  const [request] = requests;
  if (!request) throw new Error("nothing was sent");
  return request;
}

async function* bytesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Around the sizes at which turns end. */
const size = fc
  .tuple(fc.constantFrom(0, 512 * kib, 1024 * kib, 3 * 1024 * kib), fc.integer({ min: -3, max: 3 }))
  .map(([middle, off]) => Math.max(0, middle + off));
const unit = fc.constantFrom("A", "iVBORw0KGgo=", 'a"\\', "é", "€", "😀", "\ud83d", "\u0000");
const long = fc
  .tuple(size, unit)
  .map(([length, piece]) => piece.repeat(Math.ceil(length / piece.length)).slice(0, length));
const parts = fc.array(
  fc.oneof(
    long.map((text) => ({ type: "text", text })),
    long.map((base64) => ({ type: "image_url", image_url: { url: `data:image/png;base64,${base64}` } })),
  ),
  { minLength: 1, maxLength: 4 },
);

test("a call of any size is sent and signed as if it had been written at once", async () => {
  await fc.assert(
    fc.asyncProperty(parts, async (content) => {
      const { method, origin, path, headers, body } = await sent([
        { type: "image_url", image_url: { url: "data:," } },
        ...content,
      ]);
      const written = Buffer.from(body ?? []);
      const { messages } = JSON.parse(written.toString()) as { messages: { content: object[] }[] };
      expect(JSON.stringify(messages[0]?.content.slice(1)) === JSON.stringify(content)).toBe(true);
      expect(written.equals(Buffer.from(JSON.stringify({ messages })))).toBe(true);

      const { authorization, "x-amz-date": _, "x-amz-content-sha256": __, ...own } = headers;
      const oracle = new SignatureV4({
        credentials,
        region: "us-east-1",
        service: "bedrock",
        sha256: Sha256,
      });
      const hostname = new URL(origin).host;
      const { headers: expected } = await oracle.sign(
        { method, protocol: "https:", hostname, path, query: {}, headers: own, body: written },
        { signingDate: date, unsignableHeaders: new Set(["accept", "user-agent"]) },
      );
      expect(headers["x-amz-content-sha256"]).toBe(expected["x-amz-content-sha256"]);
      expect(authorization).toBe(expected["authorization"]);
    }),
    { numRuns: 25 },
  );
});
