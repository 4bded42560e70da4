import type { FinishReason } from "../text/answer.ts";

/** What a predicate of a script can look at. */
export interface ScriptRequest {
  readonly operation: string;
  readonly modelId: string;
  readonly modelName: string;
  /** The prompt, or all messages as `role: text` lines. */
  readonly prompt: string;
  readonly lastUserText: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A fixed answer for the calls that match. */
export interface Script {
  /** Text that the prompt must contain, a pattern that it must match, or a test; absent matches every call. */
  readonly match?: string | RegExp | ((request: ScriptRequest) => boolean);
  /** Only calls of models whose ARN, id or name contains this. */
  readonly model?: string;
  /** Only calls of this operation. */
  readonly operation?: string;
  /** How often it answers before the next fitting script does; without a limit when absent. */
  readonly times?: number;
  readonly answer: ScriptAnswer;
}

/**
 * What a script answers. It is fixed: neither token limits nor stop sequences cut it. `body` and `frames`
 * replace everything else.
 */
export interface ScriptAnswer {
  readonly text?: string;
  readonly reasoning?: string;
  readonly toolCalls?: readonly ScriptToolCall[];
  /** `stop`, `length`, `tool_calls`, `stop_sequence`, `content_filter`, or a word passed on as it is. */
  readonly finishReason?: FinishReason;
  /** The raw text in exactly these pieces, instead of `text`: one chunk each when streaming. */
  readonly chunks?: readonly string[];
  /** The JSON body of a whole answer, as it is. */
  readonly body?: unknown;
  /** The JSON of each chunk of a streamed answer (on ConverseStream `{ "contentBlockDelta": {…} }`), as they are. */
  readonly frames?: readonly unknown[];
  /** Paces a streamed answer. */
  readonly tokensPerSecond?: number;
}

export interface ScriptToolCall {
  readonly name: string;
  /** An object, or JSON text that is sent as it is, right or wrong. */
  readonly arguments?: unknown;
  readonly id?: string;
}

/** Scripts in the order in which they are tried. */
export interface ScriptBook {
  add(script: Script): void;
  /** The answer of the first script that fits, counted as used. */
  take(request: ScriptRequest): ScriptAnswer | undefined;
  clear(): void;
  /** Back to the scripts of the beginning. */
  reset(): void;
}

/** Later scripts are tried first, so that a test can override what its set-up has said. */
export function createScriptBook(initial: readonly Script[]): ScriptBook {
  const toEntry = (script: Script): { script: Script; left: number } => ({
    script,
    left: script.times ?? Number.POSITIVE_INFINITY,
  });
  let entries = initial.map(toEntry);
  return {
    add: (script) => void entries.unshift(toEntry(script)),
    take: (request) => {
      const entry = entries.find(({ script, left }) => left > 0 && fits(script, request));
      if (entry === undefined) return undefined;
      entry.left--;
      return entry.script.answer;
    },
    clear: () => {
      entries = [];
    },
    reset: () => {
      entries = initial.map(toEntry);
    },
  };
}

function fits(script: Script, request: ScriptRequest): boolean {
  const { match, model = "", operation = request.operation } = script;
  if (operation !== request.operation) return false;
  if (!request.modelId.includes(model) && !request.modelName.includes(model)) return false;
  if (typeof match === "function") return match(request);
  if (match instanceof RegExp) return new RegExp(match).test(request.prompt);
  return match === undefined || request.prompt.includes(match);
}
