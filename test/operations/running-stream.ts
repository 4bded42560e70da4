import { Agent, request } from "node:http";
import type { Emulator } from "@outcrop/emulator";

/** A stream that has begun, and goes on when it is told to. */
export interface RunningStream {
  /** Lets the model go on, and gives all of the answer's text as it came. */
  finish(): Promise<string>;
}

/** Clients keep their connections: a gateway that ends must not wait for them to go. */
const agent = new Agent({ keepAlive: true });

const hour = 3_600_000;

/** Asks for a stream, and holds it after its first events. */
export async function startStream(emulator: Emulator, url: string, headers = {}): Promise<RunningStream> {
  emulator.addFault({ kind: "hang", after: 8, delay: hour, count: 1 });
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<string>();
  const outgoing = request(`${url}/v1/chat/completions`, { method: "POST", agent, headers });
  outgoing.on("error", ended.reject);
  outgoing.on("response", (response) => {
    let text = "";
    response.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      begun.resolve();
    });
    response.on("error", ended.reject).on("end", () => ended.resolve(text));
  });
  outgoing.end(
    JSON.stringify({
      model: "kimi",
      stream: true,
      messages: [{ role: "user", content: "Tell me about rivers" }],
    }),
  );
  await Promise.race([begun.promise, ended.promise]);
  return {
    finish: () => {
      emulator.advance(hour);
      return ended.promise;
    },
  };
}
