/** What a model may write, and what must come of it: one row a way of talking. */
export interface LawRow {
  readonly name: string;
  /** A model string, whose route picks the family. */
  readonly model: string;
  /** As the model writes it, after the prompt. */
  readonly raw: string;
  readonly offersTools?: boolean;
  readonly content: string | null;
  readonly reasoning?: string;
  readonly calls?: readonly { readonly name: string; readonly arguments: unknown }[];
  readonly finish: "stop" | "tool_calls";
}

const arn = "arn:aws:bedrock:us-east-1:123456789012:imported-model/abcdef123456";
const paris = { name: "get_weather", arguments: { city: "Paris" } };
const rome = { name: "get_weather", arguments: { city: "Rome" } };

export const lawRows: readonly LawRow[] = [
  {
    name: "llama, plain",
    model: `bedrock/llama/${arn}`,
    raw: " Why, hello! 👋 é",
    content: " Why, hello! 👋 é",
    finish: "stop",
  },
  {
    name: "llama, a distill that thinks",
    model: `bedrock/llama/${arn}`,
    raw: "<think>\nhm\n</think>\n\nHello",
    content: "Hello",
    reasoning: "hm",
    finish: "stop",
  },
  {
    name: "llama, a call",
    model: `bedrock/llama/${arn}`,
    raw: '{"name": "get_weather", "parameters": {"city": "Paris"}}',
    offersTools: true,
    content: null,
    calls: [paris],
    finish: "tool_calls",
  },
  {
    name: "llama, a call behind its tag",
    model: `bedrock/llama/${arn}`,
    raw: '<|python_tag|>{"name": "get_weather", "parameters": {"city": "Paris"}}<|eom_id|>',
    offersTools: true,
    content: null,
    calls: [paris],
    finish: "tool_calls",
  },
  {
    name: "llama, JSON that is no call",
    model: `bedrock/llama/${arn}`,
    raw: '{"name": "Ann", "parameters": {}}',
    offersTools: true,
    content: '{"name": "Ann", "parameters": {}}',
    finish: "stop",
  },
  {
    name: "llama, echoed header and end",
    model: `bedrock/llama/${arn}`,
    raw: "<|start_header_id|>assistant<|end_header_id|>\n\nHello<|eot_id|>",
    content: "Hello",
    finish: "stop",
  },
  {
    name: "qwen2, a call",
    model: `bedrock/qwen2/${arn}`,
    raw: 'Let me look.\n<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call>',
    offersTools: true,
    content: "Let me look.",
    calls: [paris],
    finish: "tool_calls",
  },
  {
    name: "qwen2, echoed header and end",
    model: `bedrock/qwen2/${arn}`,
    raw: "<|im_start|>assistant\nHello<|im_end|>",
    content: "Hello",
    finish: "stop",
  },
  {
    name: "qwen3, thinking",
    model: `bedrock/qwen3/${arn}`,
    raw: "<think>\n2 < 3, so </thin\n</think>\n\nThe answer is 4.",
    content: "The answer is 4.",
    reasoning: "2 < 3, so </thin",
    finish: "stop",
  },
  {
    name: "qwen3, thinking and two calls",
    model: `bedrock/qwen3/${arn}`,
    raw: '<think>both</think>\n<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call>\n<tool_call>\n{"name": "get_weather", "arguments": {"city": "Rome"}}\n</tool_call>',
    offersTools: true,
    content: null,
    reasoning: "both",
    calls: [paris, rome],
    finish: "tool_calls",
  },
  {
    name: "deepseek_r1, the prompt opened the thinking",
    model: `bedrock/deepseek_r1/${arn}`,
    raw: "Let me see.\n</think>\n\nFour. And </think> is a tag.",
    content: "Four. And </think> is a tag.",
    reasoning: "Let me see.",
    finish: "stop",
  },
  {
    name: "deepseek_r1, a call",
    model: `bedrock/deepseek_r1/${arn}`,
    raw: 'hm\n</think>\n\n<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n{"city": "Paris"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜><｜end▁of▁sentence｜>',
    offersTools: true,
    content: null,
    reasoning: "hm",
    calls: [paris],
    finish: "tool_calls",
  },
  {
    name: "mistral, calls",
    model: `bedrock/mistral/${arn}`,
    raw: '[TOOL_CALLS] [{"name": "get_weather", "arguments": {"city": "Paris"}}, {"name": "get_weather", "arguments": {"city": "Rome"}}]</s>',
    offersTools: true,
    content: null,
    calls: [paris, rome],
    finish: "tool_calls",
  },
  {
    name: "mistral, plain",
    model: `bedrock/mistral/${arn}`,
    raw: " [TOOL is no marker]",
    content: " [TOOL is no marker]",
    finish: "stop",
  },
  {
    name: "kimi, many pairs",
    model: "bedrock/moonshot.kimi-k2-thinking",
    raw: "<reasoning> The user is asking</reasoning><reasoning>: 5 + 6 = 11</reasoning> Five plus six",
    content: "Five plus six",
    reasoning: "The user is asking: 5 + 6 = 11",
    finish: "stop",
  },
  {
    name: "kimi, think text",
    model: "bedrock/moonshot.kimi-k2-thinking",
    raw: " <think> FOUND </think> It is there.",
    content: "It is there.",
    reasoning: "FOUND",
    finish: "stop",
  },
  {
    name: "kimi, a call leaked into its thinking",
    model: "bedrock/moonshot.kimi-k2-thinking",
    raw: '<reasoning> I will <|tool_calls_section_begin|> <|tool_call_begin|> functions.get_weather:0 <|tool_call_argument_begin|> {"city": "Paris"} <|tool_call_end|> <|tool_calls_section_end|> </reasoning>',
    content: null,
    reasoning: "I will",
    calls: [paris],
    finish: "tool_calls",
  },
  {
    name: "kimi, a call leaked as XML",
    model: "bedrock/moonshot.kimi-k2-thinking",
    raw: "I look. <function=get_weather><parameter=city>Paris</parameter></function>",
    content: "I look.",
    calls: [paris],
    finish: "tool_calls",
  },
  {
    name: "gpt_oss, channels",
    model: `bedrock/gpt_oss/${arn}`,
    raw: "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>Hello<|return|>",
    content: "Hello",
    reasoning: "hm",
    finish: "stop",
  },
  {
    name: "gpt_oss, a call",
    model: `bedrock/gpt_oss/${arn}`,
    raw: '<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city": "Paris"}<|call|>',
    offersTools: true,
    content: null,
    reasoning: "hm",
    calls: [paris],
    finish: "tool_calls",
  },
  {
    name: "no family, thinking",
    model: `bedrock/openai/${arn}`,
    raw: "<think>\nhm\n</think>\n\nHello",
    content: "Hello",
    reasoning: "hm",
    finish: "stop",
  },
  {
    name: "no family, a call",
    model: `bedrock/openai/${arn}`,
    raw: '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call>',
    offersTools: true,
    content: null,
    calls: [paris],
    finish: "tool_calls",
  },
];
