import type { InferenceCall, TextSource } from "../runtime/call.ts";
import { createTokenQueue } from "./token-queue.ts";

/** A model that runs inside this process by the optional package `node-llama-cpp`. */
export interface LlamaOptions {
  /** Path of a GGUF file. */
  readonly gguf: string;
  /** Loads the package; for tests. */
  readonly load?: () => Promise<unknown>;
}

/** What is used of `node-llama-cpp` 3. */
interface LlamaPackage {
  getLlama(): Promise<{ loadModel(options: { modelPath: string }): Promise<LlamaModel> }>;
  readonly LlamaCompletion: new (options: { contextSequence: unknown }) => LlamaCompletion;
  readonly LlamaChatSession: new (options: { contextSequence: unknown }) => LlamaChatSession;
}

interface LlamaModel {
  createContext(): Promise<{ getSequence(): unknown }>;
  tokenize(text: string, specialTokens: boolean): readonly unknown[];
}

interface LlamaCompletion {
  generateCompletionWithMeta(input: readonly unknown[], options: LlamaGeneration): Promise<LlamaResult>;
}

interface LlamaChatSession {
  setChatHistory(history: readonly LlamaTurn[]): void;
  promptWithMeta(prompt: string, options: LlamaGeneration): Promise<LlamaResult>;
}

type LlamaTurn = { type: "system" | "user"; text: string } | { type: "model"; response: string[] };

interface LlamaGeneration {
  readonly onTextChunk: (text: string) => void;
  readonly signal: AbortSignal;
  readonly stopOnAbortSignal: true;
  readonly maxTokens: number | undefined;
  readonly temperature: number | undefined;
  readonly topP: number | undefined;
}

/** `completion` answers have it at the top, chat answers too. */
interface LlamaResult {
  readonly stopReason?: string;
  readonly metadata?: { readonly stopReason?: string };
}

const packageName = "node-llama-cpp";

/** Runs rendered prompts as completions and messages as chats, one at a time. */
export function createLlamaSource({ gguf, load = importLlama }: LlamaOptions): TextSource {
  let loaded: Promise<LoadedLlama> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  return async function* generate(call, { signal }) {
    loaded ??= loadLlama(gguf, load);
    const llama = await loaded;
    const queue = createTokenQueue();
    const run = last.then(() =>
      runCall(llama, call, { signal, onText: (text) => queue.push({ type: "text", text }) }),
    );
    last = run.catch(() => undefined);
    run.then(
      (reason) => queue.end({ type: "end", reason }),
      (error: unknown) => queue.fail(error),
    );
    yield* queue.tokens();
  };
}

interface LoadedLlama {
  readonly library: LlamaPackage;
  readonly model: LlamaModel;
  readonly sequence: unknown;
}

async function loadLlama(gguf: string, load: () => Promise<unknown>): Promise<LoadedLlama> {
  const library = await importPackage(load);
  const llama = await library.getLlama();
  const model = await llama.loadModel({ modelPath: gguf });
  const context = await model.createContext();
  return { library, model, sequence: context.getSequence() };
}

async function importPackage(load: () => Promise<unknown>): Promise<LlamaPackage> {
  try {
    return (await load()) as LlamaPackage;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new Error(
      `A GGUF file needs the package ${packageName}, which could not be loaded. Install it with: npm install ${packageName} (${detail})`,
      { cause: error },
    );
  }
}

/** Checks at start that the package is there, so that nobody finds out at the first call. */
export async function checkLlama({ load = importLlama }: LlamaOptions): Promise<void> {
  await importPackage(load);
}

function importLlama(): Promise<unknown> {
  return import(packageName);
}

async function runCall(
  { library, model, sequence }: LoadedLlama,
  call: InferenceCall,
  { signal, onText }: { signal: AbortSignal; onText: (text: string) => void },
): Promise<string> {
  const { maxTokens, temperature, topP } = call.parameters;
  const options = {
    onTextChunk: onText,
    signal,
    stopOnAbortSignal: true,
    maxTokens,
    temperature,
    topP,
  } as const;
  if (call.format === "BedrockCompletion" || call.format === "OpenAICompletion") {
    const completion = new library.LlamaCompletion({ contextSequence: sequence });
    // The prompt is rendered: its markers are special tokens.
    const result = await completion.generateCompletionWithMeta(
      model.tokenize(call.prompt.text, true),
      options,
    );
    return toReason(result);
  }
  const session = new library.LlamaChatSession({ contextSequence: sequence });
  const turns = call.prompt.turns.map(toLlamaTurn);
  const lastUser = turns.findLastIndex(({ type }) => type === "user");
  session.setChatHistory(turns.slice(0, Math.max(lastUser, 0)));
  const asked = turns[lastUser];
  return toReason(await session.promptWithMeta(asked?.type === "user" ? asked.text : "", options));
}

function toLlamaTurn({ role, text }: InferenceCall["prompt"]["turns"][number]): LlamaTurn {
  if (role === "assistant") return { type: "model", response: [text] };
  return role === "system" ? { type: "system", text } : { type: "user", text };
}

function toReason({ stopReason, metadata }: LlamaResult): string {
  return (stopReason ?? metadata?.stopReason) === "maxTokens" ? "length" : "stop";
}
