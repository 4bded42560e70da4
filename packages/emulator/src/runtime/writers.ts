import type { AnswerEvent } from "../aws/answer-frames.ts";
import type { JsonObject } from "../prompt/json.ts";
import type { Collected, Token } from "../text/answer.ts";
import { streamBedrockCompletion, writeBedrockCompletion } from "./bedrock-completion.ts";
import type { AnswerFacts } from "./call.ts";
import { writeChatCompletion } from "./chat-completion.ts";
import { streamChatCompletion } from "./chat-stream.ts";
import { streamConverse, writeConverse } from "./converse.ts";
import { streamCompletion, writeCompletion } from "./openai-completion.ts";

/** The whole body of an answer in the format of its call. Only the OpenAI formats take several choices. */
export function writeAnswer(answers: readonly Collected[], facts: AnswerFacts): JsonObject {
  const [only] = answers;
  if (only === undefined) throw new RangeError("an answer needs a choice");
  switch (facts.call.format) {
    case "BedrockCompletion":
      return writeBedrockCompletion(only, facts);
    case "OpenAICompletion":
      return writeCompletion(answers, facts);
    case "OpenAIChatCompletion":
      return writeChatCompletion(answers, facts);
    case "Converse":
      return writeConverse(only, facts);
  }
}

/** The events of a streamed answer in the format of its call. */
export function streamAnswer(
  choices: readonly AsyncIterable<Token>[],
  facts: AnswerFacts,
): AsyncIterable<AnswerEvent> {
  const [only] = choices;
  if (only === undefined) throw new RangeError("an answer needs a choice");
  switch (facts.call.format) {
    case "BedrockCompletion":
      return streamBedrockCompletion(only, facts);
    case "OpenAICompletion":
      return streamCompletion(choices, facts);
    case "OpenAIChatCompletion":
      return streamChatCompletion(choices, facts);
    case "Converse":
      return streamConverse(only, facts);
  }
}
