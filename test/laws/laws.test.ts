import { type ChatCompletionChunk, type OutcropClient, createClient } from "@outcrop/sdk";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { weatherTool } from "../mission/routes.ts";
import { type AnswerShape, encodeFrames, shapes } from "./bodies.ts";
import { type LawRow, lawRows } from "./rows.ts";

/** Where no template is built in, the text wires need one; which one makes no difference here. */
const anyTemplate = "{% for message in messages %}{{ message['content'] }}{% endfor %}";
const withoutTemplate = /gpt_oss|kimi|openai/;

interface Answer {
  readonly content: string | null;
  readonly reasoning: string | undefined;
  readonly calls: readonly { readonly name: string; readonly arguments: unknown }[];
  readonly finish: string | null | undefined;
  readonly usage: unknown;
}

function params(row: LawRow, shape: AnswerShape) {
  const city = { type: "object", properties: { city: { type: "string" } } };
  const tool = { ...weatherTool, function: { ...weatherTool.function, parameters: city } };
  return {
    model: row.model,
    wire: shape.wire as "converse",
    messages: [{ role: "user" as const, content: "hi" }],
    aws_region_name: "us-east-1",
    aws_access_key_id: "AKIDEXAMPLE",
    aws_secret_access_key: "secret",
    ...(row.offersTools ? { tools: [tool] } : {}),
    ...(withoutTemplate.test(row.model) ? { chat_template: anyTemplate } : {}),
  };
}

/** A client whose every call is answered with these bytes, read in these pieces. */
function clientFor(contentType: string, reads: readonly Uint8Array[]): OutcropClient {
  return createClient({
    runtime: {
      send: async () => ({
        status: 200,
        headers: { "content-type": contentType },
        body: (async function* () {
          yield* reads;
        })(),
      }),
    },
  });
}

async function wholeAnswer(row: LawRow, shape: AnswerShape): Promise<Answer> {
  const body = Buffer.from(JSON.stringify(shape.whole(row.raw)));
  const response = await clientFor("application/json", [body]).completion(params(row, shape));
  const [choice] = response.choices;
  return {
    content: choice?.message.content ?? null,
    reasoning: choice?.message.reasoning_content,
    calls: (choice?.message.tool_calls ?? []).map((call) => called(call.function)),
    finish: choice?.finish_reason,
    usage: response.usage,
  };
}

function called({ name, arguments: json }: { name: string; arguments: string }) {
  return { name, arguments: JSON.parse(json) as unknown };
}

/** Folds a stream's chunks, and holds them to a stream's rules on the way. */
async function streamedAnswer(
  row: LawRow,
  shape: AnswerShape,
  reads: readonly Uint8Array[],
): Promise<Answer> {
  const client = clientFor("application/vnd.amazon.eventstream", reads);
  const stream = client.completion({
    ...params(row, shape),
    stream: true,
    stream_options: { include_usage: true },
  });
  const chunks: ChatCompletionChunk[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const choices = chunks.flatMap((chunk) => chunk.choices);
  const finishes = choices.filter((choice) => choice.finish_reason !== null);
  expect(finishes).toHaveLength(1);
  expect(choices.at(-1)).toBe(finishes[0]);
  const deltas = choices.map((choice) => choice.delta);
  const calls: { name: string; arguments: string }[] = [];
  for (const piece of deltas.flatMap((delta) => delta.tool_calls ?? [])) {
    const call = (calls[piece.index] ??= { name: "", arguments: "" });
    call.name += piece.function?.name ?? "";
    call.arguments += piece.function?.arguments ?? "";
  }
  const content = deltas.map((delta) => delta.content ?? "").join("");
  const reasoning = deltas.map((delta) => delta.reasoning_content ?? "").join("");
  return {
    content: content === "" && calls.length > 0 ? null : content,
    reasoning: reasoning === "" ? undefined : reasoning,
    calls: calls.map(called),
    finish: finishes[0]?.finish_reason,
    usage: chunks.at(-1)?.usage,
  };
}

/** Cuts a text, or bytes, at some places. */
function cut<T extends { slice(from: number, to?: number): T; readonly length: number }>(
  whole: T,
  places: readonly number[],
): T[] {
  const edges = [
    0,
    ...[...places].map((place) => place % (whole.length + 1)).toSorted((a, b) => a - b),
    whole.length,
  ];
  return edges.slice(1).map((edge, index) => whole.slice(edges[index] ?? 0, edge));
}

function expected(row: LawRow): Answer {
  return {
    content: row.content,
    reasoning: row.reasoning,
    calls: row.calls ?? [],
    finish: row.finish,
    usage: { prompt_tokens: 7, completion_tokens: 9, total_tokens: 16 },
  };
}

describe.each(shapes)("on $wire", (shape) => {
  test.each(lawRows)("whole: $name", async (row) => {
    expect(await wholeAnswer(row, shape)).toEqual(expected(row));
  });

  test.each(lawRows)("every two-part split of the text: $name", async (row) => {
    for (let place = 0; place <= row.raw.length; place++) {
      const frames = encodeFrames(shape.chunks([row.raw.slice(0, place), row.raw.slice(place)]));
      expect(await streamedAnswer(row, shape, [frames])).toEqual(expected(row));
    }
  });

  test.each(lawRows)("random many-part splits of text and bytes: $name", async (row) => {
    const places = fc.array(fc.nat(), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(places, places, async (textPlaces, bytePlaces) => {
        const frames = encodeFrames(shape.chunks(cut(row.raw, textPlaces)));
        const reads = cut<Uint8Array>(frames, bytePlaces);
        expect(await streamedAnswer(row, shape, reads)).toEqual(expected(row));
      }),
      { numRuns: 15 },
    );
  });
});

describe("every two-part split of the frames' bytes", () => {
  const rows = lawRows.filter((row) => row.calls || row.reasoning).slice(0, 6);
  test.each(shapes.map((shape, index) => [shape.wire, shape, rows[index] ?? lawRows[0]] as const))(
    "%s",
    async (_, shape, row) => {
      if (!row) throw new Error("no row");
      const frames = encodeFrames(shape.chunks(cut(row.raw, [5, 9, 20])));
      for (let place = 0; place <= frames.length; place++) {
        const reads = [frames.subarray(0, place), frames.subarray(place)];
        expect(await streamedAnswer(row, shape, reads)).toEqual(expected(row));
      }
    },
  );
});

describe("a stream that is cut is an error, never an end", () => {
  test.each(shapes)("$wire", async (shape) => {
    const [row] = lawRows;
    if (!row) throw new Error("no row");
    const chunks = shape.chunks(["Hel", "lo", "!"]);
    // Converse's last event is only the count; without the one before it the answer has no end.
    const kept = chunks.slice(0, shape.wire === "converse" ? -2 : -1);
    await expect(streamedAnswer(row, shape, [encodeFrames(kept)])).rejects.toMatchObject({
      code: "stream_incomplete",
    });
    const cutFrame = encodeFrames(chunks).subarray(0, -7);
    await expect(streamedAnswer(row, shape, [cutFrame])).rejects.toMatchObject({ status: 502 });
  });
});
