import { type JsonValue, isJsonObject, parseJson } from "@outcrop/sdk";
import { Command } from "commander";

/** What the command needs of its process. */
export interface WarmIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly write: (text: string) => void;
  /** Sets the exit code. */
  readonly exit: (code: number) => void;
}

interface WarmFlags {
  readonly url: string;
  readonly key?: string;
}

/** `outcrop warm ALIAS`: has a running gateway restore the models of an alias, and says how far it is. */
export function warmCommand(io: WarmIo = processIo()): Command {
  return new Command("warm")
    .description("have a running gateway restore an imported model, which Bedrock bills, and wait for it")
    .argument("<alias>", "the model's name, as clients send it")
    .option("--url <url>", "where the gateway is", "http://127.0.0.1:4000")
    .option("--key <key>", "a key of the gateway (also OUTCROP_API_KEY, LITELLM_MASTER_KEY)")
    .action(async (alias: string, flags: WarmFlags) => {
      io.exit((await warm(alias, flags, io)) ? 0 : 1);
    });
}

async function warm(alias: string, { url, key }: WarmFlags, { env, write }: WarmIo): Promise<boolean> {
  const token = key ?? env["OUTCROP_API_KEY"] ?? env["LITELLM_MASTER_KEY"];
  try {
    const response = await fetch(new URL(`/v1/models/${encodeURIComponent(alias)}/warm`, url), {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: '{"stream":true}',
    });
    if (!response.ok || !response.body) {
      write(`${describeError(parseJson(await response.text())) ?? `HTTP ${response.status}`}\n`);
      return false;
    }
    return await follow(response.body, write);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
    write(`There is no answer from ${url}${cause}\n`);
    return false;
  }
}

/** Answers whether the stream came to its good end. */
async function follow(body: ReadableStream<Uint8Array>, write: (text: string) => void): Promise<boolean> {
  const decoder = new TextDecoder();
  let rest = "";
  let isDone = false;
  for await (const bytes of body) {
    const events = (rest + decoder.decode(bytes, { stream: true })).split("\n\n");
    rest = events.pop() ?? "";
    for (const event of events) {
      if (event === "data: [DONE]") isDone = true;
      const line = describe(parseJson(event.replace(/^data: /, "")));
      if (line !== undefined) write(`${line}\n`);
    }
  }
  return isDone;
}

function describe(event: unknown): string | undefined {
  if (!isJsonObject(event)) return undefined;
  if (isJsonObject(event.error)) return describeError(event);
  const who = textOf(event.deployment);
  const waited = `${secondsOf(event.waited_ms)} s`;
  if (event.state === "warm") return `${who} is warm, after ${waited}`;
  if (event.state === "failed") return `${who} has failed: ${textOf(event.error)}`;
  const next = secondsOf(event.next_try_ms);
  return `${who} is being restored, ${waited} so far${next > 0 ? `; asked again in ${next} s` : ""}`;
}

function describeError(body: unknown): string | undefined {
  const error = isJsonObject(body) ? body.error : undefined;
  return isJsonObject(error) ? textOf(error.message) : undefined;
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function secondsOf(ms: JsonValue | undefined): number {
  return typeof ms === "number" ? Math.round(ms / 1000) : 0;
}

function processIo(): WarmIo {
  return {
    env: process.env,
    write: (text) => process.stdout.write(text),
    exit: (code) => {
      process.exitCode = code;
    },
  };
}
