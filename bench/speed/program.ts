import { type Script, findScript, modelArn, modelId } from "./canned.ts";

/** What a case asks of a program. */
export interface Shape extends Script {
  readonly stream: boolean;
  /** About so many bytes of request. */
  readonly bytes: number;
}

/** A request of the load. */
export interface OutgoingRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How a program is started. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface LaunchContext {
  readonly port: number;
  readonly upstreamPort: number;
  /** For config files; it goes when the bench ends. */
  readonly folder: string;
}

/** Something that stands between a client and the upstream. */
export interface Program {
  readonly name: string;
  /** With its version, and what it does in this bench. */
  readonly title: string;
  /** Why it can't run here; `undefined`: it can. */
  readonly missing: () => string | undefined;
  /** Absent: nothing stands there. */
  readonly launch?: (context: LaunchContext) => Launch;
  /** What is sent to it; `undefined`: it can't do this. */
  readonly request: (shape: Shape) => OutgoingRequest | undefined;
  /** Whether it relays the upstream's bytes or writes OpenAI's answers. */
  readonly answers: "upstream" | "openai";
}

const turn = "how light bends in a drop of rain ";

/** A conversation of eight messages, or of one long one, as OpenAI's body for `model`. */
export function chatBody(model: string, { stream, bytes, wire }: Shape): string {
  const long = bytes > 10_000;
  const messages = long
    ? [{ role: "user", content: turn.repeat(Math.round(bytes / turn.length)) }]
    : [
        { role: "system", content: "You are a helpful assistant who answers briefly." },
        ...Array.from({ length: 7 }, (_, index) => ({
          role: index % 2 === 0 ? "user" : "assistant",
          content: `Turn ${index} (${wire}): ${turn.repeat(7)}`,
        })),
      ];
  return JSON.stringify({
    model,
    messages,
    max_tokens: 200,
    temperature: 0.7,
    ...(stream ? { stream } : {}),
  });
}

/** A request in Bedrock's own protocol, for programs that only relay. */
export function bedrockRequest(shape: Shape): OutgoingRequest {
  const operation = shape.stream ? "invoke-with-response-stream" : "invoke";
  return {
    path: `/model/${encodeURIComponent(modelArn(shape))}/${operation}`,
    headers: {},
    body: chatBody("relayed", shape),
  };
}

/** A request of OpenAI's chat completions, with the script's id as the model. */
export function openaiRequest(shape: Shape, headers: Readonly<Record<string, string>>): OutgoingRequest {
  return { path: "/v1/chat/completions", headers, body: chatBody(modelId(shape), shape) };
}

/** A LiteLLM config with an alias for each script, called by the script's id. */
export function litellmConfig(ids: readonly string[], upstreamPort: number): string {
  const models = ids.flatMap((id) => {
    const script = findScript(id);
    if (!script) return [];
    const route = script.wire === "p" ? "llama" : "openai";
    return [
      `  - model_name: ${id}`,
      "    litellm_params:",
      `      model: bedrock/${route}/${modelArn(script)}`,
      `      aws_bedrock_runtime_endpoint: http://127.0.0.1:${upstreamPort}`,
      "      aws_access_key_id: AKIDEXAMPLE",
      "      aws_secret_access_key: wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
      "      aws_region_name: us-east-1",
    ];
  });
  return [
    "model_list:",
    ...models,
    "general_settings:",
    `  master_key: ${masterKey}`,
    "litellm_settings:",
    '  callbacks: ["prometheus"]',
    "",
  ].join("\n");
}

export const masterKey = "sk-bench-7d1f0c5e2b9a4386a1d2";
