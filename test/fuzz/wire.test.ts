import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type FuzzRig, key, startFuzzRig } from "./fuzz-rig.ts";
import { type RawAnswer, type RawConnection, openConnection } from "./raw-http.ts";

let rig: FuzzRig;
const open: RawConnection[] = [];
beforeAll(async () => {
  rig = await startFuzzRig();
});
afterEach(() => {
  for (const connection of open.splice(0)) connection.close();
  expect(rig.takeLog().filter((line) => /has failed|internal/.test(line))).toEqual([]);
});
afterAll(() => rig.close());

function connect(): RawConnection {
  const connection = openConnection(rig.port);
  open.push(connection);
  return connection;
}

const chat = JSON.stringify({ model: "chat", messages: [{ role: "user", content: "Hi" }] });
const streamed = JSON.stringify({ ...(JSON.parse(chat) as object), stream: true });
const common = `Host: gateway\r\nAuthorization: Bearer ${key}\r\n`;
const post = (body: string, headers = "") =>
  `POST /v1/chat/completions HTTP/1.1\r\n${common}${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const chunked = (chunks: string, headers = "") =>
  `POST /v1/chat/completions HTTP/1.1\r\n${common}${headers}Transfer-Encoding: chunked\r\n\r\n${chunks}`;
const chunksOf = (text: string, size: number) =>
  (text.match(new RegExp(`.{1,${size}}`, "gs")) ?? []).map(
    (part) => `${part.length.toString(16)}\r\n${part}\r\n`,
  );
const get = (target: string, headers = common) => `GET ${target} HTTP/1.1\r\n${headers}\r\n`;

function errorOf(answer: RawAnswer | undefined) {
  return (JSON.parse(answer?.body ?? "{}") as { error?: Record<string, unknown> }).error;
}

describe("what is no request gets an envelope, and no more", () => {
  test.each<[string, number, string | Buffer]>([
    ["noise", 400, Buffer.from(Array.from({ length: 300 }, (_, index) => (index * 73) % 256))],
    ["words", 400, "hello\r\n\r\n"],
    ["a TLS hello", 400, Buffer.from("16030100a5010000a10303", "hex")],
    ["half of HTTP/2's beginning", 400, "PRINT / HTTP/1.1\r\n\r\n"],
    ["a version that isn't there", 400, `GET / HTTP/7.7\r\n${common}\r\n`],
    ["a method that isn't there", 400, `BREW / HTTP/1.1\r\n${common}\r\n`],
    ["no host", 400, get("/v1/models", `Authorization: Bearer ${key}\r\n`)],
    ["a URL that is none", 400, get("http://[::1/v1/models")],
    ["a large head", 431, get("/", `${common}X-Pad: ${"a".repeat(70_000)}\r\n`)],
    ["a large target", 431, get(`/${"a".repeat(70_000)}`)],
    ["very many headers", 431, get("/", common + "a: b\r\n".repeat(20_000))],
    ["NUL in a header", 400, get("/v1/models", "Host: x\r\nAuthorization: Bearer a\0b\r\n")],
    ["a folded header", 400, get("/v1/models", "Host: x\r\nX-A: b\r\n c\r\n")],
    ["a space before the colon", 400, get("/v1/models", "Host : x\r\n")],
    ["two lengths", 400, post(chat, "Content-Length: 5\r\n")],
    ["a length and chunks", 400, chunked("0\r\n\r\n", "Content-Length: 5\r\n")],
    ["a length below nothing", 400, `POST / HTTP/1.1\r\n${common}Content-Length: -1\r\n\r\n`],
    ["a length beyond all", 400, `POST / HTTP/1.1\r\n${common}Content-Length: ${"9".repeat(30)}\r\n\r\n`],
    ["a chunk without a size", 400, chunked("zz\r\nab\r\n0\r\n\r\n")],
    ["a chunk that is longer than it says", 400, chunked("2\r\nabcdef\r\n0\r\n\r\n")],
    [
      "another transfer encoding",
      400,
      `POST /v1/chat/completions HTTP/1.1\r\n${common}Transfer-Encoding: gzip\r\n\r\n`,
    ],
    ["an expectation", 417, post(chat, "Expect: 200-ok\r\n")],
    ["a tunnel", 405, "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n"],
    [
      "a body beyond the limit",
      413,
      `POST /v1/chat/completions HTTP/1.1\r\n${common}Content-Length: 9999999\r\n\r\n{`,
    ],
    ["chunks beyond the limit", 413, chunked(chunksOf("a".repeat(1_200_000), 60_000).join(""))],
  ])("%s", async (_, status, bytes) => {
    const connection = connect();
    connection.write(bytes);
    const answer = await connection.next();
    expect(answer?.status).toBe(status);
    expect(errorOf(answer)).toMatchObject({
      message: expect.stringMatching(/\w{3}/),
      type: expect.stringMatching(/^\w+$/),
      param: null,
      code: expect.stringMatching(/^4\d\d$/),
    });
  });

  test.each([
    [
      "a body that is cut",
      `POST /v1/chat/completions HTTP/1.1\r\n${common}Content-Length: 500\r\n\r\n{"model":`,
    ],
    ["chunks that are cut", chunked('9\r\n{"model":')],
    ["a last chunk that is missing", chunked(chunksOf(chat, 10).join(""))],
    ["a head that is cut", "POST /v1/chat/completions HTTP/1.1\r\nHost: ga"],
  ])("%s, by a client that still listens", async (_, bytes) => {
    const connection = connect();
    connection.write(bytes);
    await pause(20);
    connection.finish();
    expect(await connection.next()).toMatchObject({ status: 400 });
  });

  test.each([
    ["in the head", "POST /v1/chat/completions HT"],
    ["in the body", `POST /v1/chat/completions HTTP/1.1\r\n${common}Content-Length: 500\r\n\r\n{"model":`],
    ["in a chunk", chunked('9\r\n{"mod')],
  ])("clients that leave %s are no failures of ours", async (_, bytes) => {
    for (let left = 50; left > 0; left--) {
      const connection = connect();
      connection.write(bytes);
      if (left % 2 === 0) await pause(1);
      connection.close();
    }
    const connection = connect();
    connection.write(post(chat));
    expect(await connection.next()).toMatchObject({ status: 200 });
  });

  test("and the log says so", async () => {
    const connection = connect();
    connection.write(`POST /v1/chat/completions HTTP/1.1\r\n${common}Content-Length: 500\r\n\r\n{`);
    await pause(20);
    connection.close();
    const lines: string[] = [];
    await expect.poll(() => lines.push(...rig.takeLog()) && lines.join("")).toMatch(/499 .*cancelled/);
  });
});

describe("what is a request is answered, however it comes", () => {
  test("byte by byte", async () => {
    const connection = connect();
    for (const byte of Buffer.from(post(chat))) connection.write(Buffer.from([byte]));
    expect(await connection.next()).toMatchObject({ status: 200 });
  });

  test.each([1, 7, 4096])("in chunks of %i", async (size) => {
    const connection = connect();
    connection.write(chunked(`${chunksOf(chat, size).join("")}0\r\n\r\n`));
    expect(await connection.next()).toMatchObject({ status: 200 });
  });

  test("with chunk extensions and trailers", async () => {
    const connection = connect();
    connection.write(chunked(`${chat.length.toString(16)};a=b\r\n${chat}\r\n0\r\nX-Sum: 1\r\n\r\n`));
    expect(await connection.next()).toMatchObject({ status: 200 });
  });

  test("after 100 Continue", async () => {
    const connection = connect();
    connection.write(post("", "Expect: 100-continue\r\n").replace("Length: 0", `Length: ${chat.length}`));
    await pause(10);
    connection.write(chat);
    expect(await connection.next()).toMatchObject({ status: 200 });
  });

  test("with an upgrade that we don't know", async () => {
    const connection = connect();
    connection.write(get("/v1/models", `${common}Connection: Upgrade\r\nUpgrade: websocket\r\n`));
    expect(await connection.next()).toMatchObject({ status: 200 });
  });

  test("one after the other on one connection, in their order", async () => {
    const connection = connect();
    const asked = [
      post(chat),
      get("/v1/models/chat"),
      post("{"),
      post(streamed),
      get("/nowhere"),
      post(chat),
    ];
    connection.write(asked.join(""));
    const statuses: (number | undefined)[] = [];
    for (const _ of asked) statuses.push((await connection.next())?.status);
    expect(statuses).toEqual([200, 200, 400, 200, 404, 200]);
  });

  test("before noise on the same connection, which is not taken for an answer", async () => {
    const connection = connect();
    connection.write(`${post(streamed)}\u0000\u0001 noise\r\n\r\n`);
    const answers: RawAnswer[] = [];
    for (let answer = await connection.next(); answer; answer = await connection.next()) answers.push(answer);
    expect(answers.filter(({ status }) => status === 200 || status === 400)).toEqual(answers);
    expect(answers.findIndex(({ status }) => status === 400)).not.toBe(0);
  });

  test("HEAD, without a body", async () => {
    const connection = connect();
    connection.write(`${get("/v1/models").replace("GET", "HEAD")}${get("/v1/models/chat")}`);
    expect(await connection.next({ bodiless: true })).toMatchObject({ status: 200 });
    expect(await connection.next()).toMatchObject({ status: 200, body: expect.stringContaining('"chat"') });
  });

  test.each(["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "GET"])(
    "%s where only POST is",
    async (method) => {
      const connection = connect();
      connection.write(get("/v1/chat/completions").replace("GET", method));
      expect(await connection.next()).toMatchObject({ status: 405, headers: { allow: "POST" } });
    },
  );
});

test("three hundred heads that never end hold nobody up", async () => {
  for (let left = 300; left > 0; left--)
    connect().write("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nX-Slow: ");
  const connection = connect();
  connection.write(post(chat));
  expect(await connection.next()).toMatchObject({ status: 200 });
});
