import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { EventStreamCodec } from "@smithy/eventstream-codec";

/** A Bedrock that sends as fast as it is let, and knows how much was taken from it. */
export interface Firehose {
  readonly url: string;
  /** Bytes that its streams were able to write so far. */
  written(): number;
  close(): Promise<void>;
}

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString("utf8"),
  (text) => Buffer.from(text, "utf8"),
);

function frameOf(json: object): Buffer {
  const body = JSON.stringify({ bytes: Buffer.from(JSON.stringify(json)).toString("base64"), p: "abcdef" });
  return Buffer.from(
    codec.encode({
      headers: {
        ":event-type": { type: "string", value: "chunk" },
        ":content-type": { type: "string", value: "application/json" },
        ":message-type": { type: "string", value: "event" },
      },
      body: Buffer.from(body),
    }),
  );
}

const filling = "x".repeat(12 * 1024);

/** What the piece of that number says. */
export function pieceOf(index: number): string {
  return `[${index}]${filling}`;
}

/** A stream of so many pieces of 12 KB, on either wire. */
function frameAt(index: number, pieces: number, isChat: boolean): Buffer {
  const isLast = index === pieces - 1;
  return frameOf(
    isChat
      ? { choices: [{ index: 0, delta: { content: pieceOf(index) }, finish_reason: isLast ? "stop" : null }] }
      : { generation: pieceOf(index), stop_reason: isLast ? "stop" : null },
  );
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

/** Answers every call with a stream of `pieces`. */
export async function startFirehose(pieces: number): Promise<Firehose> {
  let written = 0;
  async function pour(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume();
    response.writeHead(200, { "content-type": "application/vnd.amazon.eventstream" });
    for (let index = 0; index < pieces; index++) {
      const frame = frameAt(index, pieces, request.url?.includes("chat") ?? false);
      if (!response.write(frame)) {
        await drainedOrGone(response);
      }
      if (response.destroyed) return;
      written += frame.length;
    }
    response.end();
  }
  const server: Server = createServer((request, response) => void pour(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    written: () => written,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
