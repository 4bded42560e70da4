import { type JsonObject, parseChatRequest, parseDeployment } from "@outcrop/sdk";
import { describe, expect, test } from "vitest";
import { repairRequest } from "../../../src/routing/shaping/repair-request.ts";
import { createRig } from "../rig.ts";

const call = (id: string, name: string) => ({ id, type: "function", function: { name, arguments: "{}" } });
const result = (id: string) => ({ role: "tool", tool_call_id: id, content: "4" });
const question = { role: "user", content: "What is 2+2?" };

/** Two calls of one tool, and one of another. */
const history = [
  question,
  { role: "assistant", content: null, tool_calls: [call("1", "add"), call("2", "add")] },
  result("1"),
  result("2"),
  { role: "assistant", content: null, tool_calls: [call("3", "print")] },
  result("3"),
];
const offered = [{ type: "function", function: { name: "other" } }];
const read = (body: JsonObject) => parseChatRequest(body).request;

describe("tools of the history", () => {
  test.each<[string, string, JsonObject, readonly string[]]>([
    ["are offered to Converse, each once", "bedrock/converse/m", { messages: history }, ["add", "print"]],
    [
      "also on the plain route of Kimi K2",
      "bedrock/moonshot.kimi-k2-thinking",
      { messages: history },
      ["add", "print"],
    ],
    [
      "not where the request offers some",
      "bedrock/converse/m",
      { messages: history, tools: offered },
      ["other"],
    ],
    ["not where there are none", "bedrock/converse/m", { messages: [question] }, []],
    ["not on another wire", "bedrock/invoke/moonshot.kimi-k2-thinking", { messages: history }, []],
    [
      "not into a rendered prompt",
      "bedrock/qwen3/arn:aws:bedrock:us-east-1:123456789012:imported-model/abc",
      { messages: history },
      [],
    ],
    [
      "not where only AWS knows the wire",
      "bedrock/arn:aws:bedrock:us-east-1:123456789012:imported-model/abc",
      { messages: history },
      [],
    ],
  ])("%s", (_, model, body, expected) => {
    const given = read(body);
    const { request, warnings } = repairRequest(given, parseDeployment({ model }));
    expect(request.tools.map(({ name }) => name)).toEqual(expected);
    expect(request.messages).toBe(given.messages);
    expect(warnings).toHaveLength(request === given ? 0 : 1);
  });

  test.each([
    [true, ["add", "print"], [expect.stringMatching(/^tools: added add, print .*modify_params/)]],
    [false, [], []],
  ])("with modify_params: %s", async (modifyParams, expected, said) => {
    const rig = createRig({ models: [{ name: "a", shaping: { modifyParams } }] });
    const { warnings } = await rig.ask("a", { request: read({ messages: history }) });
    expect(rig.client.calls[0]?.call.request.tools.map(({ name }) => name)).toEqual(expected);
    expect(warnings).toEqual(said);
  });
});
