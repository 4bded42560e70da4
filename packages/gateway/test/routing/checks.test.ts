import type { ErrorCode } from "@outcrop/sdk";
import { describe, expect, test } from "vitest";
import { estimateTokens } from "../../src/routing/pre-call-checks.ts";
import { type CallLine, type ModelLine, createRequest, createRig, failureOf } from "./rig.ts";

/** The deployments that calls go to, over enough draws to see all of them. */
async function reached(
  rig: ReturnType<typeof createRig>,
  call: CallLine,
): Promise<readonly string[] | ErrorCode> {
  try {
    for (let count = 0; count < 30; count++) await rig.ask("a", call);
  } catch (error) {
    return (error as { code: ErrorCode }).code;
  }
  return [...new Set(rig.client.ids())].toSorted();
}

describe("tags", () => {
  const models: readonly ModelLine[] = [
    { name: "a", id: "free", tags: ["free"] },
    { name: "a", id: "paid", tags: ["paid", "fast"] },
    { name: "a", id: "plain" },
  ];
  const withDefault: readonly ModelLine[] = [...models, { name: "a", id: "default", tags: ["default"] }];
  const rows: readonly [
    string,
    readonly ModelLine[],
    readonly string[],
    boolean,
    readonly string[] | ErrorCode,
  ][] = [
    ["one that matches", models, ["free"], true, ["free"]],
    ["any that matches", models, ["free", "fast"], true, ["free", "paid"]],
    ["only who matches all, if asked", models, ["paid", "fast"], false, ["paid"]],
    ["nobody where nobody matches all", models, ["free", "fast"], false, "authentication"],
    ["nobody where nobody matches", models, ["other"], true, "authentication"],
    ["the default one where nobody matches", withDefault, ["other"], true, ["default"]],
    ["the default one without tags", withDefault, [], true, ["default"]],
    ["everybody without tags where nobody is default", models, [], true, ["free", "paid", "plain"]],
    ["the matching one before the default one", withDefault, ["paid"], true, ["paid"]],
  ];
  test.each(rows)("reach %s", async (_, given, tags, tagFilteringMatchAny, expected) => {
    const rig = createRig({ models: given, router: { enableTagFiltering: true, tagFilteringMatchAny } });
    expect(await reached(rig, { tags })).toEqual(expected);
  });

  test("mean nothing without enable_tag_filtering", async () => {
    expect(await reached(createRig({ models }), { tags: ["free"] })).toEqual(["free", "paid", "plain"]);
  });

  test("that lead nowhere are a 401, as in LiteLLM", async () => {
    const rig = createRig({ models, router: { enableTagFiltering: true } });
    const error = await failureOf(rig.ask("a", { tags: ["x", "y"] }));
    expect([error.status, error.message]).toEqual([
      401,
      "No deployment of this model is open to requests tagged x, y.",
    ]);
  });

  test("hold while the deployments they lead to cool down", async () => {
    const rig = createRig({ models: withDefault, router: { enableTagFiltering: true } });
    rig.state.record("paid", { type: "cooled-down", until: rig.clock.now() + 1000 }, rig.clock.now());
    expect((await failureOf(rig.ask("a", { tags: ["paid"] }))).code).toBe("throttled");
  });
});

describe("pre-call checks", () => {
  const models: readonly ModelLine[] = [
    { name: "a", id: "short", info: { max_input_tokens: 10 }, region: "us-east-1" },
    { name: "a", id: "long", info: { max_input_tokens: 100 }, region: "eu-central-1" },
    { name: "a", id: "unknown" },
  ];
  const known = models.slice(0, 2);
  const text = (length: number) => ({
    request: createRequest({ messages: [{ role: "user", content: "x".repeat(length) }] }),
  });
  const rows: readonly [string, readonly ModelLine[], CallLine, readonly string[] | ErrorCode][] = [
    ["everybody who has room", models, text(40), ["long", "short", "unknown"]],
    ["nobody who has too little", models, text(41), ["long", "unknown"]],
    ["who says nothing of their window", models, text(4000), ["unknown"]],
    ["nobody where it is too much for all", known, text(401), "context_window_exceeded"],
    ["those in the region", models, { allowedRegion: "us-east-1" }, ["short"]],
    ["those in the part of the world", models, { allowedRegion: "eu" }, ["long"]],
    ["nobody where none lies there", models, { allowedRegion: "ap" }, "permission_denied"],
    ["nobody by half a name", models, { allowedRegion: "eu-c" }, "permission_denied"],
  ];
  test.each(rows)("let through %s", async (_, given, call, expected) => {
    const rig = createRig({ models: given, router: { enablePreCallChecks: true } });
    expect(await reached(rig, call)).toEqual(expected);
  });

  test("are off by default", async () => {
    expect(await reached(createRig({ models }), { ...text(4000), allowedRegion: "ap" })).toEqual([
      "long",
      "short",
      "unknown",
    ]);
  });

  test("send what is too long to a longer model", async () => {
    const rig = createRig({
      models: [...known, { name: "b" }],
      router: { enablePreCallChecks: true, contextWindowFallbacks: { a: ["b"] } },
    });
    expect(await rig.ask("a", text(4000))).toMatchObject({ modelGroup: "b", attemptedFallbacks: 1 });
    expect(rig.client.ids()).toEqual(["b"]);
  });

  test("say how long the request is, and what there is room for", async () => {
    const rig = createRig({ models: known, router: { enablePreCallChecks: true } });
    expect((await failureOf(rig.ask("a", text(4000)))).message).toBe(
      "The request is about 1000 tokens long, and no deployment of this model takes more than 100.",
    );
  });
});

describe("the estimate counts", () => {
  const call = {
    id: "1",
    type: "function",
    function: { name: "f".repeat(4), arguments: '{"a":1}x'.slice(0, 7) },
  };
  const rows: readonly [string, Parameters<typeof createRequest>[0], number][] = [
    [
      "text, four characters a token, rounded up",
      { messages: [{ role: "user", content: "x".repeat(5) }] },
      2,
    ],
    [
      "all messages",
      {
        messages: [
          { role: "system", content: "x".repeat(4) },
          { role: "user", content: "x".repeat(8) },
        ],
      },
      3,
    ],
    ["text parts", { messages: [{ role: "user", content: [{ type: "text", text: "x".repeat(8) }] }] }, 2],
    [
      "calls that the model made",
      {
        messages: [
          { role: "assistant", content: null, tool_calls: [call] },
          { role: "tool", tool_call_id: "1", content: "x" },
        ],
      },
      3,
    ],
  ];
  test.each(rows)("%s", (_, body, expected) => {
    expect(estimateTokens(createRequest(body))).toBe(expected);
  });

  test("a prompt in place of its message", () => {
    expect(estimateTokens({ ...createRequest(), prompt: "x".repeat(400) })).toBe(100);
  });

  test("tools", () => {
    const tools = [{ type: "function", function: { name: "x".repeat(400) } }];
    expect(estimateTokens(createRequest({ tools }))).toBeGreaterThan(100);
  });
});
