import { Agent } from "node:http";
import { type LocalBedrock, startLocalBedrock } from "../local-bedrock.ts";
import { type Outcome, type Question, ask } from "./ask.ts";
import { type ClientApi, clientApis } from "./client-apis.ts";

/** A group on each wire, each of two deployments; one more stands in for them all. */
const models: Readonly<Record<string, string>> = {
  qwen: "bedrock/qwen3/arn:aws:bedrock:us-east-1:086734376398:imported-model/your-qwen3-model",
  vision: "bedrock/openai/arn:aws:bedrock:us-east-1:046319184608:imported-model/0m2lasirsp6z",
  mistral: "bedrock/mistral/arn:aws:bedrock:us-east-1:123456789012:imported-model/mistral00000",
  kimi: "bedrock/moonshot.kimi-k2-thinking",
};

export const groups: readonly string[] = Object.keys(models);
const spare = "bedrock/llama/arn:aws:bedrock:us-east-1:086734376398:imported-model/r4c4kewx2s0n";

function entry(group: string, model: string, id: string): string {
  const params = `model: "${model}", aws_region_name: us-east-1, cold_start_timeout: 0`;
  return `  - {model_name: ${group}, litellm_params: {${params}}, model_info: {id: ${id}}}`;
}

/** In seconds: for a whole answer, and for a first event. */
interface Deadlines {
  readonly timeout: number;
  readonly streamTimeout: number;
}

const configWith = ({ timeout, streamTimeout }: Deadlines) => `
model_list:
${Object.entries(models)
  .flatMap(([group, model]) => [entry(group, model, `${group}-1`), entry(group, model, `${group}-2`)])
  .join("\n")}
${entry("spare", spare, "spare-1")}
router_settings:
  timeout: ${timeout}
  stream_timeout: ${streamTimeout}
  num_retries: 2
  disable_cooldowns: true
  fallbacks: [${groups.map((group) => `{${group}: [spare]}`).join(", ")}]
`;

/** A local Bedrock with a gateway before it, and connections of our own to that. */
export interface FaultRig extends LocalBedrock {
  readonly agent: Agent;
  ask(question: Question): Promise<Outcome>;
}

export async function startFaultRig(
  deadlines: Deadlines = { timeout: 3, streamTimeout: 2 },
  more: string = "",
): Promise<FaultRig> {
  const bedrock = await startLocalBedrock(configWith(deadlines) + more);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  return {
    ...bedrock,
    agent,
    ask: (question) => ask(bedrock.gateway.url, agent, question),
    async close() {
      agent.destroy();
      await bedrock.close();
    },
  };
}

export const prompts: readonly string[] = ["rivers", "hills", "the sea in 60 words", "trains", "glass"].map(
  (topic) => `Tell me about ${topic}`,
);

/** Every API of every group, whole and streamed. */
export const questions: readonly Question[] = clientApis.flatMap((api) =>
  groups.flatMap((model) =>
    prompts.flatMap((prompt) => [false, true].map((stream) => ({ api, model, prompt, stream }))),
  ),
);

/** What the local Bedrock's models say when nothing is in the way. */
export type Expected = (question: Pick<Question, "api" | "prompt">, group: string) => string | undefined;

export async function learnAnswers(rig: FaultRig): Promise<Expected> {
  const known = new Map<string, string>();
  const key = (api: ClientApi, group: string, prompt: string) => JSON.stringify([api.name, group, prompt]);
  for (const api of clientApis) {
    for (const model of [...groups, "spare"]) {
      for (const prompt of prompts) {
        const { complete, text } = await rig.ask({ api, model, prompt, stream: false });
        if (!complete || text === "") throw new Error(`no answer of ${model} to learn from`);
        known.set(key(api, model, prompt), text);
      }
    }
  }
  return ({ api, prompt }, group) => known.get(key(api, group, prompt));
}

/** Runs work on so many lanes at once; the results stand in the order of the items. */
export async function onLanes<T, R>(
  items: readonly T[],
  lanes: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const lane = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}
