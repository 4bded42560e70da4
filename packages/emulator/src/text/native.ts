import type { Dialect } from "../models/architectures.ts";
import type { Token } from "./answer.ts";

/** How a dialect writes one tool call, and several. */
interface CallMarkup {
  readonly first: string;
  readonly before: (name: string, index: number) => string;
  readonly after: string;
  readonly between: string;
  readonly last: string;
}

const qwen: CallMarkup = {
  first: "",
  before: (name) => `<tool_call>\n{"name": "${name}", "arguments": `,
  after: "}\n</tool_call>",
  between: "\n",
  last: "",
};

/** The formats that each family's chat template teaches it. */
const callMarkup: Readonly<Record<Dialect, CallMarkup>> = {
  qwen,
  plain: qwen,
  llama: {
    first: "",
    before: (name) => `{"name": "${name}", "parameters": `,
    after: "}",
    between: "; ",
    last: "",
  },
  mistral: {
    first: "[TOOL_CALLS][",
    before: (name) => `{"name": "${name}", "arguments": `,
    after: "}",
    between: ", ",
    last: "]",
  },
  deepseek: {
    first: "<｜tool▁calls▁begin｜>",
    before: (name) => `<｜tool▁call▁begin｜>function<｜tool▁sep｜>${name}\n\`\`\`json\n`,
    after: "\n```<｜tool▁call▁end｜>",
    between: "\n",
    last: "<｜tool▁calls▁end｜>",
  },
  kimi: {
    first: "<|tool_calls_section_begin|>",
    before: (name, index) => `<|tool_call_begin|>functions.${name}:${index}<|tool_call_argument_begin|>`,
    after: "<|tool_call_end|>",
    between: "",
    last: "<|tool_calls_section_end|>",
  },
  harmony: {
    first: "",
    before: (name) =>
      `<|start|>assistant<|channel|>commentary to=functions.${name} <|constrain|>json<|message|>`,
    after: "<|call|>",
    between: "",
    last: "",
  },
};

interface ReasoningMarkup {
  readonly open: string;
  readonly close: string;
}

const thinkTags: ReasoningMarkup = { open: "<think>\n", close: "\n</think>\n\n" };
const harmonyChannels: ReasoningMarkup = {
  open: "<|channel|>analysis<|message|>",
  close: "<|end|><|start|>assistant<|channel|>final<|message|>",
};

export interface NativeOptions {
  readonly dialect: Dialect;
  /** The prompt has opened the thinking already. */
  readonly opensThinking: boolean;
  /** Leave reasoning alone: the body has a field for it. */
  readonly keepReasoning?: boolean;
  /** Leave tool calls alone: the server parses them. */
  readonly keepCalls?: boolean;
}

/** Writes reasoning and tool calls as the text that the model itself would write. */
export async function* toNativeTokens(
  tokens: AsyncIterable<Token>,
  options: NativeOptions,
): AsyncGenerator<Token> {
  const calls = callMarkup[options.dialect];
  const thinking = options.dialect === "harmony" ? harmonyChannels : thinkTags;
  let inside: "reasoning" | "call" | undefined;
  let called = 0;

  for await (const token of tokens) {
    const reasoning = token.type === "reasoning" && options.keepReasoning !== true;
    const cutShort = token.type === "end" && token.reason === "length";
    if (inside === "reasoning" && !reasoning && !cutShort) {
      yield markup(thinking.close);
      inside = undefined;
    }
    if (reasoning) {
      if (inside === undefined && !options.opensThinking) yield markup(thinking.open);
      inside = "reasoning";
      yield { ...token, type: "text" };
    } else if (token.type === "call" && options.keepCalls !== true) {
      yield markup(
        (called === 0 ? calls.first : calls.after + calls.between) + calls.before(token.name, called),
      );
      inside = "call";
      called++;
    } else if (token.type === "arguments" && options.keepCalls !== true) {
      yield { ...token, type: "text" };
    } else if (token.type === "end" && called > 0) {
      yield markup(calls.after + calls.last);
      yield { ...token, reason: token.reason === "tool_calls" ? "stop" : token.reason };
    } else yield token;
  }
}

function markup(text: string): Token {
  return { type: "text", text };
}
