import type OpenAI from "openai";
import { expectTypeOf, test } from "vitest";
import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionMessageParam,
  ChatCompletionParams,
  ChatCompletionTool,
  ChatCompletionToolChoiceOption,
} from "../../src/openai/types.ts";

/** OpenAI's request types hold what Bedrock's models don't take: audio, files, built-in tools. */
type TextAndImages = Exclude<OpenAI.ChatCompletionContentPart, { type: "input_audio" | "file" }>;

test("our answers are OpenAI's", () => {
  expectTypeOf<ChatCompletion>().toExtend<OpenAI.ChatCompletion>();
  expectTypeOf<ChatCompletionChunk>().toExtend<OpenAI.ChatCompletionChunk>();
});

test("OpenAI's requests are ours", () => {
  expectTypeOf<OpenAI.ChatCompletionSystemMessageParam>().toExtend<ChatCompletionMessageParam>();
  expectTypeOf<OpenAI.ChatCompletionDeveloperMessageParam>().toExtend<ChatCompletionMessageParam>();
  expectTypeOf<OpenAI.ChatCompletionToolMessageParam>().toExtend<ChatCompletionMessageParam>();
  expectTypeOf<{ role: "user"; content: string | TextAndImages[] }>().toExtend<ChatCompletionMessageParam>();
  expectTypeOf<OpenAI.ChatCompletionFunctionTool>().toExtend<ChatCompletionTool>();
  expectTypeOf<"auto" | "none" | "required">().toExtend<ChatCompletionToolChoiceOption>();
  expectTypeOf<OpenAI.ChatCompletionNamedToolChoice>().toExtend<ChatCompletionToolChoiceOption>();
});

test("an answer's message can be sent back", () => {
  expectTypeOf<ChatCompletion["choices"][0]["message"]>().toExtend<ChatCompletionMessageParam>();
});

test("parameters of the same name take the same values", () => {
  type Shared =
    | "temperature"
    | "top_p"
    | "seed"
    | "n"
    | "max_tokens"
    | "max_completion_tokens"
    | "logprobs"
    | "top_logprobs";
  expectTypeOf<Pick<OpenAI.ChatCompletionCreateParams, Shared>>().toExtend<
    Pick<ChatCompletionParams, Shared>
  >();
  expectTypeOf<string | string[] | null | undefined>().toExtend<ChatCompletionParams["stop"]>();
});
