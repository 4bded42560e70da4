import { type Hash, createHash } from "node:crypto";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { EventStreamCodec } from "@smithy/eventstream-codec";

/** A Bedrock that sends as fast as it is let, and knows how much was taken from it. */
export interface Firehose {
  readonly url: string;
  /** Bytes that it was able to write so far. */
  written(): number;
  /** SHA-256 of the last answer that it has sent to its end. */
  lastDigest(): string | undefined;
  close(): Promise<void>;
}

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString("utf8"),
  (text) => Buffer.from(text, "utf8"),
);

function frameOf(event: string, json: object): Buffer {
  return Buffer.from(
    codec.encode({
      headers: {
        ":event-type": { type: "string", value: event },
        ":content-type": { type: "string", value: "application/json" },
        ":message-type": { type: "string", value: "event" },
      },
      body: Buffer.from(JSON.stringify(json)),
    }),
  );
}

function chunkFrame(json: object): Buffer {
  return frameOf("chunk", { bytes: Buffer.from(JSON.stringify(json)).toString("base64"), p: "abcdef" });
}

const filling = "x".repeat(12 * 1024);

/** What the piece of that number says. */
export function pieceOf(index: number): string {
  return `[${index}]${filling}`;
}

/** What is sent, by a word in the model's id. */
type Writer = (index: number, isLast: boolean) => Buffer;

const chatWriter: Writer = (index, isLast) => chunkFrame(chatChunk(index, isLast));

const writers: Readonly<Record<string, Writer>> = {
  text: (index, isLast) => chunkFrame({ generation: pieceOf(index), stop_reason: isLast ? "stop" : null }),
  chat: chatWriter,
  sse: (index, isLast) =>
    Buffer.from(`data: ${JSON.stringify(chatChunk(index, isLast))}\n\n${isLast ? "data: [DONE]\n\n" : ""}`),
  converse: (index, isLast) => {
    const delta = { contentBlockIndex: 0, delta: { text: pieceOf(index) } };
    const frame = frameOf("contentBlockDelta", delta);
    return isLast ? Buffer.concat([frame, frameOf("messageStop", { stopReason: "end_turn" })]) : frame;
  },
  // One JSON, that comes to no end before it is far too long.
  // One JSON, four times as long as the streams.
  whole: (index, isLast) =>
    Buffer.from(`${index === 0 ? '{"generation":"' : ""}${filling.repeat(4)}${isLast ? '"}' : ""}`),
};

function chatChunk(index: number, isLast: boolean): object {
  return {
    choices: [{ index: 0, delta: { content: pieceOf(index) }, finish_reason: isLast ? "stop" : null }],
  };
}

interface Head {
  readonly writer: Writer;
  readonly status: number;
  readonly type: string;
}

/** By words in the path, which holds the model's id. */
function headOf(url: string): Head {
  const name = Object.keys(writers).find((word) => url.includes(word)) ?? "text";
  const type =
    { sse: "text/event-stream", whole: "application/json" }[name] ?? "application/vnd.amazon.eventstream";
  return { writer: writers[name] ?? chatWriter, status: url.includes("refused") ? 400 : 200, type };
}

function drainedOrGone(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      response.off("drain", go).off("close", go);
      resolve();
    };
    response.once("drain", go).once("close", go);
  });
}

/** Answers every call with `pieces` of 12 KB, on the wire that the model's id names. */
export async function startFirehose(pieces: number): Promise<Firehose> {
  let written = 0;
  let digest: Hash | undefined;

  async function pour(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { writer, status, type } = headOf(request.url ?? "");
    const hash = createHash("sha256");
    request.resume();
    response.writeHead(status, { "content-type": type });
    for (let index = 0; index < pieces; index++) {
      const bytes = writer(index, index === pieces - 1);
      hash.update(bytes);
      if (!response.write(bytes)) await drainedOrGone(response);
      if (response.destroyed) return;
      written += bytes.length;
    }
    digest = hash;
    response.end();
  }

  const server: Server = createServer((request, response) => void pour(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    written: () => written,
    lastDigest: () => digest?.copy().digest("hex"),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
