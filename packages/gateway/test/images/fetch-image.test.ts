import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { type ImagePolicy, fetchImage } from "../../src/images/fetch-image.ts";
import { inlineImages } from "../../src/images/inline-images.ts";
import { isPrivateAddress } from "../../src/images/private-address.ts";

function answer(statusCode: number, headers: Record<string, string>, body = "hi"): IncomingMessage {
  return Object.assign(Readable.from([Buffer.from(body)]), {
    statusCode,
    headers,
  }) as unknown as IncomingMessage;
}

const png = answer.bind(undefined, 200, { "content-type": "image/png; x=1" });
const signal = new AbortController().signal;

function policy(open: ImagePolicy["open"]): ImagePolicy {
  return { allowedHosts: ["img.example", "169.254.169.254"], limit: 10, open };
}

test("an allowed image becomes a data URL", async () => {
  expect(
    await fetchImage(
      "https://img.example/a",
      policy(async () => png()),
      signal,
    ),
  ).toBe("data:image/png;base64,aGk=");
});

test.each([
  ["http://img.example/a", /only https/],
  ["https://other.example/a", /allowed_image_hosts/],
  ["https://img.example.evil/a", /allowed_image_hosts/],
  ["https://user:pass@img.example/a", /credentials/],
  ["file:///etc/passwd", /only https/],
  ["nonsense", /only https/],
])("%s is refused before anything is opened", async (url, message) => {
  const open = async () => {
    throw new Error("opened");
  };
  await expect(fetchImage(url, policy(open), signal)).rejects.toMatchObject({
    code: "invalid_request",
    message: expect.stringMatching(message),
  });
});

test("a literal private address is refused even where it is listed", async () => {
  await expect(fetchImage("https://169.254.169.254/a", policy(undefined), signal)).rejects.toThrow(/private/);
});

describe("redirects are held to the same", () => {
  test("to an allowed host", async () => {
    const answers = [answer(302, { location: "/b" }), png()];
    const opened: string[] = [];
    const open = async (url: URL) => {
      opened.push(url.href);
      return answers.shift() ?? png();
    };
    await fetchImage("https://img.example/a", policy(open), signal);
    expect(opened).toEqual(["https://img.example/a", "https://img.example/b"]);
  });

  test.each(["https://evil.example/", "http://img.example/", "https://169.254.169.253/", ""])(
    "not to %s",
    async (location) => {
      const open = async () => answer(302, { location });
      await expect(fetchImage("https://img.example/a", policy(open), signal)).rejects.toMatchObject({
        code: "invalid_request",
      });
    },
  );
});

test.each([
  [answer(404, { "content-type": "image/png" }), /404/],
  [answer(200, { "content-type": "text/html" }), /no image/],
  [answer(200, { "content-type": "image/png" }, "x".repeat(11)), /larger/],
])("what is no image is refused", async (reply, message) => {
  await expect(
    fetchImage(
      "https://img.example/a",
      policy(async () => reply),
      signal,
    ),
  ).rejects.toThrow(message);
});

test("links in messages are inlined, and only there where a list allows it", async () => {
  const link = { type: "image" as const, url: "https://img.example/a" };
  const request = {
    messages: [
      { role: "user" as const, content: [{ type: "text" as const, text: "see" }, link] },
      { role: "user" as const, content: "x" },
    ],
    tools: [],
    parameters: {},
    chatTemplateKwargs: {},
    extra: {},
  };
  const inlined = await inlineImages(
    request,
    policy(async () => png()),
    signal,
  );
  expect(inlined.messages[0]?.content).toEqual([
    { type: "text", text: "see" },
    { type: "image", url: "data:image/png;base64,aGk=" },
  ]);
  expect(await inlineImages(request, { ...policy(undefined), allowedHosts: [] }, signal)).toBe(request);
});

test.each([
  ["10.1.2.3", true],
  ["127.0.0.1", true],
  ["169.254.169.254", true],
  ["172.31.0.1", true],
  ["192.168.1.1", true],
  ["100.64.0.1", true],
  ["0.0.0.0", true],
  ["::1", true],
  ["fd00:ec2::254", true],
  ["fe80::1", true],
  ["::ffff:10.0.0.1", true],
  ["8.8.8.8", false],
  ["172.32.0.1", false],
  ["2606:4700::1111", false],
])("%s is private: %s", (address, expected) => {
  expect(isPrivateAddress(address)).toBe(expected);
});
