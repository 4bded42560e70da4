import type { IncomingMessage } from "node:http";
import { type JsonIntake, createJsonIntake } from "./json-intake.ts";
import { readChunks } from "./read-body.ts";
import { type ReadBody, acceptJson, readJson } from "./read-json.ts";

/** Up to so many bytes a body is parsed at once: that takes a few milliseconds. */
const largeBody = 1024 * 1024;

/**
 * Reads a request's body as JSON: a small one at once, a large one while it comes, so that nobody waits for the whole of
 * it to be parsed.
 *
 * @throws OutcropError as `readBytes` and {@link readJson} do.
 */
export async function readJsonBody(request: IncomingMessage, limit: number): Promise<ReadBody> {
  const chunks: Buffer[] = [];
  let size = 0;
  let intake: JsonIntake | undefined;
  await readChunks(request, limit, (chunk) => {
    chunks.push(chunk);
    size += chunk.length;
    if (intake) intake.push(chunk);
    else if (size > largeBody) {
      intake = createJsonIntake();
      for (const earlier of chunks) intake.push(earlier);
    }
  });
  const value = intake?.end();
  // What is no JSON is read once more, to say where it stops being one.
  return value === undefined ? readJson(Buffer.concat(chunks).toString("utf8")) : acceptJson(value);
}
