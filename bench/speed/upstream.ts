/**
 * A canned Bedrock: HTTP/1.1 by hand over bare sockets, answers made before the first request. It has to be cheaper than whatever is
 * measured in front of it, and does nothing else: signatures and bodies are not looked at.
 *
 *   node bench/speed/upstream.ts PORT
 */
import { type Socket, createServer } from "node:net";
import { type CannedStream, type Operation, type Script, cannedStream, cannedWhole, findScript } from "./canned.ts";
import { createPacer } from "./pacer.ts";

const wholes = new Map<string, Buffer>();
const streams = new Map<string, CannedStream>();
const bursts = new Map<string, Buffer>();
const pacer = createPacer();

function remember<T>(store: Map<string, T>, key: string, make: () => T): T {
  const known = store.get(key);
  if (known !== undefined) return known;
  const made = make();
  store.set(key, made);
  return made;
}

function operationOf(path: string, body: string): Operation {
  if (path.endsWith("/invoke")) return "invoke";
  if (path.endsWith("/invoke-with-response-stream")) return "invoke-stream";
  if (path.endsWith("/converse")) return "converse";
  if (path.endsWith("/converse-stream")) return "converse-stream";
  return /"stream":\s*true/.test(body) ? "openai-stream" : "openai";
}

const notFound = Buffer.from(
  'HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: 38\r\n\r\n{"message":"no script in this request"}'.slice(
    0,
    -1,
  ) + "}",
);

function answer(socket: Socket, path: string, body: string): void {
  const script = findScript(path) ?? findScript(body);
  if (!script) {
    socket.write(notFound);
    return;
  }
  const operation = operationOf(path, body);
  const key = `${operation} ${script.wire}${script.chunks}`;
  if (!operation.endsWith("stream")) {
    socket.write(remember(wholes, key, () => cannedWhole(operation, script)));
    return;
  }
  const stream = remember(streams, key, () => cannedStream(operation, script));
  if (script.pace > 0) pacer.send(socket, stream, script.pace);
  else socket.write(remember(bursts, key, () => toBurst(stream)));
}

function toBurst({ head, chunks, end }: CannedStream): Buffer {
  return Buffer.concat([head, ...chunks, end]);
}

const headEnd = Buffer.from("\r\n\r\n");

/** Answers the requests of one connection, one after the other. */
function serve(socket: Socket): void {
  socket.setNoDelay(true);
  let pending: Buffer | undefined;
  let body: { path: string; parts: string; left: number } | undefined;
  socket.on("data", (bytes) => {
    let data: Buffer = pending ? Buffer.concat([pending, bytes]) : bytes;
    pending = undefined;
    while (data.length > 0) {
      if (!body) {
        const end = data.indexOf(headEnd);
        if (end < 0) {
          pending = data;
          return;
        }
        const head = data.latin1Slice(0, end);
        body = { path: pathOf(head), parts: "", left: lengthOf(head) };
        data = data.subarray(end + 4);
        if (body.left < 0) throw new Error("The upstream takes bodies with a Content-Length.");
      }
      const taken = Math.min(body.left, data.length);
      // Enough to find the model and whether it streams.
      if (body.parts.length < 512) body.parts += data.latin1Slice(0, Math.min(taken, 512));
      if (taken === body.left && taken > 512) body.parts += data.latin1Slice(Math.max(0, taken - 256), taken);
      body.left -= taken;
      data = data.subarray(taken);
      if (body.left > 0) return;
      const { path, parts } = body;
      body = undefined;
      answer(socket, path, parts);
    }
  });
  socket.on("error", () => socket.destroy());
}

function pathOf(head: string): string {
  return decodeURIComponent(head.slice(head.indexOf(" ") + 1, head.indexOf(" ", head.indexOf(" ") + 1)));
}

const lengthPattern = /\r\ncontent-length: *(\d+)/i;

function lengthOf(head: string): number {
  const length = lengthPattern.exec(head)?.[1];
  if (length !== undefined) return Number(length);
  return /\r\ntransfer-encoding:/i.test(head) ? -1 : 0;
}

createServer(serve).listen({ port: Number(process.argv[2]), host: "127.0.0.1", backlog: 4096 }, () =>
  console.log("listening"),
);
