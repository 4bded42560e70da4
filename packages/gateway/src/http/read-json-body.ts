import type { IncomingMessage } from "node:http";
import { type JsonIntake, createJsonIntake } from "./json-intake.ts";
import { type BodyIntake, readChunks } from "./read-body.ts";
import { type ReadBody, acceptJson, readJson } from "./read-json.ts";

/** Up to so many bytes a body is parsed at once: that takes a few milliseconds. */
const largeBody = 1024 * 1024;

/**
 * Reads a request's body as JSON: a small one at once, a large one while it comes, so that nobody waits for the whole of
 * it to be parsed.
 *
 * @throws OutcropError as `readBytes` and {@link readJson} do.
 */
export function readJsonBody(request: IncomingMessage, limit: number): Promise<ReadBody> {
  return readChunks(request, limit, new JsonBody());
}

class JsonBody implements BodyIntake<ReadBody> {
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #large: JsonIntake | undefined;

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#large) this.#large.push(chunk);
    else if (this.#size > largeBody) {
      this.#large = createJsonIntake();
      for (const each of this.#chunks) this.#large.push(each);
    }
  }

  end(): ReadBody {
    const value = this.#large?.end();
    // What is no JSON is read once more, to say where it stops being one.
    return value === undefined ? readJson(this.#text()) : acceptJson(value);
  }

  #text(): string {
    const [first] = this.#chunks;
    const bytes = first && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
    return bytes.toString("utf8");
  }
}
