import { type JsonObject, isJsonObject, parseJson } from "@outcrop/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type FuzzRig, key, startFuzzRig } from "./fuzz-rig.ts";
import { mutateBytes, mutateTree } from "./mutate.ts";
import { createDice } from "./random.ts";
import { type RawAnswer, type RawConnection, openConnection } from "./raw-http.ts";
import { seeds } from "./seeds.ts";

let rig: FuzzRig;
const warnings: Error[] = [];
const keep = (warning: Error) => void warnings.push(warning);
const memberless = Object.getOwnPropertyNames(Object.prototype).length;

beforeAll(async () => {
  process.on("warning", keep);
  rig = await startFuzzRig();
});
afterEach(() => {
  expect(rig.takeLog().filter((line) => /has failed|internal/.test(line))).toEqual([]);
  expect(warnings.splice(0)).toEqual([]);
  expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(memberless);
});
afterAll(async () => {
  process.off("warning", keep);
  await rig.close();
});

/** A request as it goes over the wire. */
interface RawRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

const words = (text: string) => text.trim().split(/\s+/);
const bearer = (value: string) => `Bearer ${value}`;
const keyed = `Authorization: Bearer ${key}`;

function encode({ method, target, headers, body }: RawRequest): Buffer {
  const lines = [
    `${method} ${target} HTTP/1.1`,
    "Host: gateway",
    ...headers,
    `Content-Length: ${body.length}`,
  ];
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), body]);
}

type Judge = (answer: RawAnswer | undefined, request: RawRequest) => string | undefined;

/** Sends requests on one connection after the other, and gives what is wrong with the answers. */
async function sendAll(count: number, make: () => RawRequest, judge: Judge): Promise<readonly string[]> {
  const faults: string[] = [];
  let left = count;
  const lane = async () => {
    let connection: RawConnection | undefined;
    while (left-- > 0) {
      const request = make();
      connection = connection?.isOpen ? connection : openConnection(rig.port);
      connection.write(encode(request));
      const answer = await connection.next({ bodiless: request.method === "HEAD" });
      const fault = judge(answer, request);
      if (fault !== undefined) faults.push(`${fault} ${describeExchange(answer, request)}`);
      if (answer?.headers.connection === "close") connection.close();
    }
    connection?.close();
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
  return faults;
}

function describeExchange(answer: RawAnswer | undefined, { method, target, body }: RawRequest): string {
  const asked = `${method} ${target.slice(0, 100)} ${body.subarray(0, 400).toString()}`;
  return `${answer?.status} ${answer?.body.slice(0, 300)} TO ${asked}`;
}

/** A 2xx, or a 4xx in the envelope of its path's API; a small head in any case. */
const judge: Judge = (answer, request) => {
  if (!answer) return "no answer";
  const { status, headers, body } = answer;
  if (status >= 500 || status < 200) return "a wrong status";
  if (JSON.stringify(headers).length > 8192) return "a large head";
  if (status < 300 || request.method === "HEAD") return undefined;
  const json = parseJson(body);
  const error = isJsonObject(json) && isJsonObject(json.error) ? json.error : {};
  const fits = isAnthropic(json) || error.code === String(status);
  return fits &&
    typeof error.type === "string" &&
    typeof error.message === "string" &&
    /\w{3}/.test(error.message)
    ? undefined
    : "no envelope";
};

function isAnthropic(json: unknown): json is JsonObject {
  return isJsonObject(json) && json.type === "error";
}

const types = [
  "application/json",
  "text/plain",
  "application/xml",
  "",
  "application/json; charset=utf-16",
  "multipart/form-data; boundary=x",
  "\u00ff",
];

function post(target: string, body: Buffer, more: readonly string[] = []): RawRequest {
  return { method: "POST", target, headers: [keyed, ...more], body };
}

test("every seed is right as it is, or refused with a reason", async () => {
  const statuses: number[] = [];
  const left = seeds.values();
  const make = () => {
    const seed = left.next().value;
    return post(seed?.path ?? "", Buffer.from(JSON.stringify(seed?.body)));
  };
  const faults = await sendAll(seeds.length, make, (answer, request) => {
    statuses.push(answer?.status ?? 0);
    return judge(answer, request);
  });
  expect(faults).toEqual([]);
  // The prompt's wire takes no images, and so on.
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(seeds.length * 0.7);
});

test("14,000 bodies with something wrong in them", { timeout: 120_000 }, async () => {
  const dice = createDice(4);
  let refused = 0;
  const make = () => {
    const { path, body } = dice.pick(seeds);
    const text = mutateTree(body, dice);
    return post(path, dice.chance(0.25) ? mutateBytes(text, dice) : Buffer.from(text), [
      `Content-Type: ${dice.pick(types)}`,
    ]);
  };
  const faults = await sendAll(14_000, make, (answer, request) => {
    if (answer && answer.status >= 400) refused++;
    return judge(answer, request);
  });
  expect(faults).toEqual([]);
  expect(refused).toBeGreaterThan(4000);
  expect(refused).toBeLessThan(13_000);
});

const names =
  words(`x-litellm-timeout x-litellm-stream-timeout x-litellm-num-retries x-litellm-tags x-litellm-call-id
  traceparent anthropic-beta anthropic-version openai-organization content-encoding accept accept-encoding
  x-forwarded-for x-amzn-bedrock-trace if-none-match range cookie te via constructor __proto__`);
const values = [
  ...words("0 -1 1e999 NaN %00 00-0-0-0 gzip bytes=0- {} ../ true é\u00ff"),
  "",
  " ",
  "\t",
  "a".repeat(8000),
  "'\"; DROP TABLE keys; --",
  "127.0.0.1, ::1",
];

test("2,000 requests with odd headers", async () => {
  const dice = createDice(5);
  const make = () => {
    const { path, body } = dice.pick(seeds);
    const headers = Array.from(
      { length: 1 + dice.below(4) },
      () => `${dice.pick(names)}: ${dice.pick(values)}`,
    );
    return post(path, Buffer.from(JSON.stringify(body)), headers);
  };
  expect(await sendAll(2000, make, judge)).toEqual([]);
});

const segments = [
  ...words(
    "v1 chat completions models model info health liveliness bedrock openai deployments engines messages",
  ),
  ...words(
    "responses metrics utils .. . %2e%2e %2f %00 %ff % é \\ ;x __proto__ constructor {model} * kimi%2Fk2 ? #",
  ),
  ...words("?key=x @ http: chat:0"),
  "",
  "a".repeat(3000),
];
const methods = words("GET POST PUT DELETE PATCH HEAD OPTIONS");

test("2,500 odd paths and methods", async () => {
  const dice = createDice(6);
  const make = (): RawRequest => {
    const path = dice.chance(0.3)
      ? dice.pick(seeds).path
      : `/${Array.from({ length: dice.below(6) }, () => dice.pick(segments)).join("/")}`;
    const target = dice.chance(0.1) ? `http://elsewhere:1${path}` : path;
    return {
      method: dice.pick(methods),
      target: target.replaceAll(" ", "%20"),
      headers: [keyed],
      body: Buffer.from("{}"),
    };
  };
  expect(await sendAll(2500, make, judge)).toEqual([]);
});

describe("without the key nothing but the probes and the page is open", () => {
  const places =
    words(`authorization x-litellm-api-key api-key x-api-key x-goog-api-key ocp-apim-subscription-key
    cookie proxy-authorization`);
  const near = [
    "",
    " ",
    "Bearer",
    "Bearer ",
    "Negotiate x",
    "Bearer ' OR '1'='1",
    "Bearer \u00e9\u00ff",
    "Bearer [object Object]",
    ...words(`undefined null __proto__ * sk-1234 "${key}" '${key}' ${key}x x${key} ${key.slice(0, -1)}`).map(
      bearer,
    ),
    ...[key.toUpperCase(), `${key},${key}`, "k".repeat(64_000)].map(bearer),
    `Basic ${Buffer.from(`a:${key}`).toString("base64")}`,
    `AWS4-HMAC-SHA256 Credential=${key}x/20250101/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=0`,
  ];
  const open = [/^"Outcrop is alive"$/, /^<!doctype html>/, /"status":"healthy"/];

  test("2,000 attempts", async () => {
    const dice = createDice(7);
    const make = (): RawRequest => {
      const target = dice.chance(0.5)
        ? dice.pick(seeds).path
        : `/${Array.from({ length: 1 + dice.below(4) }, () => dice.pick(segments)).join("/")}`;
      const headers = Array.from({ length: dice.below(3) }, () => `${dice.pick(places)}: ${dice.pick(near)}`);
      return {
        method: dice.pick(methods),
        target: target.replaceAll(" ", "%20"),
        headers,
        body: Buffer.from("{}"),
      };
    };
    const judgeClosed: Judge = (answer, request) => {
      const isOpen = (body: string) => open.some((shape) => shape.test(body));
      if (answer && answer.status < 400 && request.method !== "HEAD" && !isOpen(answer.body)) return "let in";
      return judge(answer, request);
    };
    expect(await sendAll(2000, make, judgeClosed)).toEqual([]);
  });
});

test("and the process lives", async () => {
  const body = JSON.stringify({ model: "chat", messages: [{ role: "user", content: "Hi" }] });
  const make = () => post("/v1/chat/completions", Buffer.from(body));
  expect(await sendAll(1, make, (answer) => (answer?.status === 200 ? undefined : "dead"))).toEqual([]);
});
