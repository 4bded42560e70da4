import type { ErrorCode } from "../core/errors.ts";
import type { WireName } from "../core/wire.ts";

/** A failure of AWS on its way to becoming ours. */
export interface RawFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly awsType: string | undefined;
  readonly operation: string | undefined;
}

/** AWS's names of the body formats, as its error texts list them, and the `wire:` that writes each. */
const formats: Readonly<Record<string, WireName>> = {
  ChatCompletionRequest: "openai_chat",
  BedrockMetaCompletionRequest: "bedrock_completion",
  CompletionRequest: "openai_completion",
};

/** How AWS and the serving stacks behind it (vLLM among them) say that the conversation is too long. */
const tooLong = [
  /\b(input|prompt|text) is too long\b/i,
  /\btoo many (input )?tokens\b/i,
  /\bmaximum (context|model|input|prompt) length\b/i,
  /\bcontext (length|limit|window)\b/i,
  /\blonger than the (model's|maximum)\b/i,
  /\bmaximum number of (input )?tokens\b/i,
  /\binput tokens? exceeds?\b/i,
];

const converseRefused = "This action doesn't support the model that you provided.";

/**
 * Adds to AWS's sentence what its reader can do, and tells apart what AWS has one exception for. Everything
 * here refines a request that AWS has already refused as invalid: no other failure is read by its text.
 */
export function refineFailure(failure: RawFailure): { readonly code: ErrorCode; readonly message: string } {
  const { code, message } = failure;
  if (code === "authentication") return { code, message: firstParagraph(message) };
  if (code !== "invalid_request") return { code, message };
  if (tooLong.some((pattern) => pattern.test(message))) return { code: "context_window_exceeded", message };
  const hint = hintFor(failure);
  return { code, message: hint === undefined ? message : `${message} ${hint}` };
}

/** A signature's mismatch prints the whole canonical request after its first paragraph, session token and all. */
function firstParagraph(message: string): string {
  return message.split("\n", 1)[0] ?? message;
}

function hintFor({ message, operation }: RawFailure): string | undefined {
  const wires = wiresNamedIn(message);
  if (wires.length > 0) return `Set "wire: ${wires.join('" or "wire: ')}" for this model.`;
  if (operation?.startsWith("converse") && message.startsWith(converseRefused)) {
    return 'It does not take Converse: use "bedrock/openai/{ARN}" if it was imported with a chat template, or a route of its family such as "bedrock/llama/{ARN}".';
  }
  if (/\bprompt\b.* must be provided/i.test(message)) {
    return 'It was imported without a chat template: use the route of its family, such as "bedrock/llama/{ARN}", or set "wire: bedrock_completion".';
  }
  return undefined;
}

function wiresNamedIn(message: string): readonly WireName[] {
  const list = /Available for this model:([^.]*)/i.exec(message)?.[1] ?? "";
  const names = list.match(/\w+/g) ?? [];
  return names
    .flatMap((name) => (Object.hasOwn(formats, name) ? [formats[name]] : []))
    .filter((wire) => wire !== undefined);
}
