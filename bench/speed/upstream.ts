/**
 * A canned Bedrock: HTTP/1.1 by hand over bare sockets, answers made before the first request. It has to be cheaper than whatever is
 * measured in front of it, and does nothing else: signatures and bodies are not looked at.
 *
 *   node bench/speed/upstream.ts PORT
 */
import { type Socket, createServer } from "node:net";
import { type CannedStream, type Operation, cannedStream, cannedWhole, findScript } from "./canned.ts";
import { createPacer } from "./pacer.ts";
import { createRequestReader } from "./request-reader.ts";

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

const nothing = '{"message":"no script in this request"}';
const notFound = Buffer.from(
  `HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: ${nothing.length}\r\n\r\n${nothing}`,
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

createServer(serve).listen({ port: Number(process.argv[2]), host: "127.0.0.1", backlog: 4096 });

function serve(socket: Socket): void {
  socket.setNoDelay(true);
  const reader = createRequestReader((path, body) => answer(socket, path, body));
  socket.on("data", (bytes) => reader.push(bytes));
  socket.on("error", () => socket.destroy());
}
