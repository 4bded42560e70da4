import { createRandom } from "../base/random.ts";
import type { Random } from "../base/random.ts";
import { lastUserText } from "../prompt/prompt.ts";
import type { Image, Prompt } from "../prompt/prompt.ts";
import type { Answer } from "./answer.ts";
import { chooseCalls } from "./choose-calls.ts";
import { joinWords, toQuote, toTopics, toWords } from "./words.ts";

/** No answer is longer than this, whatever the prompt asks for. */
const mostWords = 20_000;

/**
 * The emulator's own language model: readable English that quotes the prompt. It knows nothing, and the
 * same prompt always gets the same answer. It calls a tool that the user asks for, thinks where its model
 * thinks, and says what it was shown.
 */
export function composeAnswer(prompt: Prompt): Answer {
  const calls = chooseCalls(prompt);
  const random = createRandom(prompt.text);
  const named = joinWords(calls.map((call) => call.name));
  return {
    reasoning: prompt.thinks ? composeReasoning(prompt, named) : "",
    text: calls.length > 0 ? "" : composeText(prompt, random),
    calls,
  };
}

function composeReasoning(prompt: Prompt, called: string): string {
  const result = newResults(prompt)[0];
  const user = `The user says "${toQuote(lastUserText(prompt), 60)}".`;
  if (called !== "") return `${user} That is what ${called} is for. I will call it.`;
  if (result !== undefined)
    return `${user} The tool has answered "${toQuote(result, 60)}". I will pass it on.`;
  return `${user} It is about ${topicOf(prompt)}. I will answer in a few sentences.`;
}

function composeText(prompt: Prompt, random: Random): string {
  const results = newResults(prompt);
  if (results.length > 0) {
    const answers = joinWords(results.map((result) => `"${toQuote(result, 400)}"`));
    return `The tool ${results.length > 1 ? "calls returned" : "returned"} ${answers}. That answers "${toQuote(lastUserText(prompt), 80)}".`;
  }
  const sentences = [
    openingOf(prompt, random),
    ...describeImages(prompt.turns.flatMap((turn) => turn.images)),
    ...describeContext(prompt),
    ...composeBody(prompt, random),
  ];
  return sentences.join(" ");
}

function openingOf(prompt: Prompt, random: Random): string {
  const quote = toQuote(lastUserText(prompt), 80);
  if (quote === "") return "You said nothing, so I will begin.";
  return random.pick([
    `You said: "${quote}".`,
    `Here is what I make of "${quote}".`,
    `"${quote}" is a fair thing to bring up.`,
    `Let us look at "${quote}".`,
  ]);
}

function describeImages(images: readonly Image[]): string[] {
  if (images.length === 0) return [];
  const each = images.map(({ format, bytes }) => `a ${format} of ${bytes} bytes`);
  return [`I can see ${images.length === 1 ? "an image" : `${images.length} images`}: ${joinWords(each)}.`];
}

function describeContext({ turns }: Prompt): string[] {
  const system = turns.find((turn) => turn.role === "system");
  const answered = turns.filter((turn) => turn.role === "assistant").length;
  return [
    ...(system === undefined ? [] : [`My instructions are "${toQuote(system.text, 60)}".`]),
    ...(answered === 0 ? [] : [`This is turn ${answered + 1} of our conversation.`]),
  ];
}

/** Sentences about a topic, none of them twice in a row. */
const sentences: readonly ((topic: string) => string)[] = [
  (topic) => `What matters most is ${topic}.`,
  (topic) => `I would begin with ${topic} and take the rest from there.`,
  (topic) => `Much has been said about ${topic}, and a short answer serves better.`,
  (topic) => `${topic.charAt(0).toUpperCase()}${topic.slice(1)} looks simpler when it is taken step by step.`,
  (topic) => `Those who know ${topic} well would begin somewhere else.`,
  (topic) => `There is more to ${topic} than one reply can hold.`,
  (topic) => `Ask about ${topic} alone and I could stay with it longer.`,
  (topic) => `With ${topic}, the first idea is often the best one.`,
];

/** Two sentences on the topic, or as many as make up the words that the user asked for. */
function composeBody(prompt: Prompt, random: Random): string[] {
  const wanted = Math.min(wantedWords(lastUserText(prompt)), mostWords);
  const topics = toTopics(lastUserText(prompt), 6);
  const first = random.integer(0, sentences.length - 1);
  const body: string[] = [];
  let count = 0;
  while (body.length < 2 || count < wanted) {
    const topic = topics[random.integer(0, topics.length - 1)] ?? "it";
    const sentence = sentences[(first + body.length) % sentences.length]?.(topic) ?? "";
    body.push(sentence);
    count += toWords(sentence).length;
  }
  return [...body, "I am a small deterministic model: ask again and I will say the same."];
}

/** `in 300 words`, `about 50 tokens`. */
function wantedWords(text: string): number {
  return Number(/(\d{1,6})[ -](?:words?|tokens?)\b/i.exec(text)?.[1] ?? 0);
}

function topicOf(prompt: Prompt): string {
  return joinWords(toTopics(lastUserText(prompt), 3)) || "nothing in particular";
}

/** Results of tools that came after the model's last turn. */
function newResults({ turns }: Prompt): string[] {
  const since = turns.findLastIndex((turn) => turn.role === "assistant");
  return turns.slice(since + 1).flatMap((turn) => (turn.role === "tool" ? [turn.text] : []));
}
