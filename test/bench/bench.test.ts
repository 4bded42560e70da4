import { type Server, createServer } from "node:http";
import { type AddressInfo, type Socket, connect } from "node:net";
import { EventStreamCodec } from "@smithy/eventstream-codec";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Script,
  cannedStream,
  cannedText,
  cannedWhole,
  findScript,
  modelArn,
  modelId,
} from "../../bench/speed/canned.ts";
import { createRequestReader } from "../../bench/speed/request-reader.ts";
import { createResponseReader } from "../../bench/speed/response-reader.ts";
import { spreadOf } from "../../bench/speed/results.ts";

const script: Script = { wire: "p", chunks: 7, pace: 0 };

describe("the canned Bedrock", () => {
  test.each<Script>([script, { wire: "c", chunks: 1000, pace: 20 }])("a model's id carries %j", (given) => {
    expect(modelId(given)).toMatch(/^[a-z0-9]{12}$/);
    expect(findScript(`/model/${encodeURIComponent(modelArn(given))}/invoke`)).toEqual(given);
  });

  test.each(["p", "c"] as const)("frames of wire %s are AWS's own, and say the text", (wire) => {
    const codec = new EventStreamCodec(
      (bytes) => Buffer.from(bytes as Uint8Array).toString("utf8"),
      (text) => Buffer.from(text, "utf8"),
    );
    const said = cannedStream("invoke-stream", { ...script, wire }).events.map((frame) => {
      const { bytes } = JSON.parse(Buffer.from(codec.decode(frame).body).toString()) as { bytes: string };
      const json = JSON.parse(Buffer.from(bytes, "base64").toString()) as {
        generation?: string;
        choices?: readonly { delta: { content: string } }[];
      };
      return json.generation ?? json.choices?.[0]?.delta.content;
    });
    expect(said.join("")).toBe(cannedText({ stream: true, chunks: 7 }));
  });
});

describe("requests and answers at any cut", () => {
  const body = JSON.stringify({ model: modelId(script), stream: true, filling: "x".repeat(2000) });
  const sent = Buffer.from(
    `POST /v1/chat%20x HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n${body}GET / HTTP/1.1\r\n\r\n`,
  );

  test("two requests in a row are read alike", () => {
    for (let cut = 0; cut <= sent.length; cut += 7) {
      const seen: string[] = [];
      const reader = createRequestReader((path, text) => seen.push(`${path} ${findScript(text)?.chunks}`));
      reader.push(sent.subarray(0, cut));
      reader.push(sent.subarray(cut));
      expect(seen).toEqual(["/v1/chat x 7", "/ undefined"]);
    }
  });

  const stream = cannedStream("invoke-stream", script);
  test.each([
    ["with a length", cannedWhole("invoke", script)],
    ["in chunks", Buffer.concat([stream.head, ...stream.chunks, stream.end])],
  ])("the end of an answer %s is found", (_, answer) => {
    for (let cut = 1; cut < answer.length; cut += 3) {
      const reader = createResponseReader();
      const before = { ...reader.push(answer.subarray(0, cut)) };
      const after = reader.push(answer.subarray(cut));
      expect([before.done, after.done, after.status]).toEqual([false, true, 200]);
    }
  });
});

describe("Node's own server", () => {
  let server: Server;
  let socket: Socket;

  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume();
      response.writeHead(200, { "content-type": "text/plain" });
      response.write("some ");
      setImmediate(() => response.end("words"));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  });

  afterAll(() => {
    socket.destroy();
    server.close();
  });

  test("ends its answers where the reader says, one after the other", async () => {
    const reader = createResponseReader();
    for (let count = 0; count < 3; count++) {
      reader.restart();
      socket.write("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nhi");
      await new Promise<void>((resolve) => {
        const read = (bytes: Buffer) => {
          if (!reader.push(bytes).done) return;
          socket.off("data", read);
          resolve();
        };
        socket.on("data", read);
      });
    }
  });
});

describe("what is made of the figures", () => {
  test("a spread", () => {
    expect(spreadOf([3, 1, 2])).toEqual({ least: 1, median: 2, most: 3 });
    expect(spreadOf([])).toBeUndefined();
  });
});
