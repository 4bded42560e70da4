import { modelId } from "../canned.ts";
import { peerFiles, peerVersions, whyMissing } from "../peers.ts";
import { type Program, chatBody } from "../program.ts";

const version = `Portkey ${peerVersions.portkey} with the server library of its image`;

interface Provider {
  readonly name: string;
  readonly title: string;
  /** The headers that say where to and how. */
  readonly headers: (upstreamPort: number) => Readonly<Record<string, string>>;
}

/** Both of its ways to the upstream: Bedrock's Converse, as it calls any Bedrock model, and an OpenAI API. */
function portkeyWith({ name, title, headers }: Provider): Program {
  let upstream = 0;
  return {
    name,
    title: `${version}; ${title}`,
    missing: () => whyMissing("portkey"),
    launch: ({ port, upstreamPort }) => {
      upstream = upstreamPort;
      return {
        command: process.execPath,
        args: [peerFiles.portkey, `--port=${port}`, "--headless"],
        env: { NODE_ENV: "production", TRUSTED_CUSTOM_HOSTS: "127.0.0.1,localhost" },
      };
    },
    request: (shape) => ({
      path: "/v1/chat/completions",
      headers: headers(upstream),
      body: chatBody(modelId(shape), shape),
    }),
    answers: "openai",
  };
}

export const portkeyBedrock = portkeyWith({
  name: "portkey",
  title: "its Bedrock provider, which calls Converse",
  headers: (port) => ({
    "x-portkey-provider": "bedrock",
    "x-portkey-custom-host": `http://127.0.0.1:${port}`,
    "x-portkey-aws-access-key-id": "AKIDEXAMPLE",
    "x-portkey-aws-secret-access-key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "x-portkey-aws-region": "us-east-1",
  }),
});

export const portkeyOpenai = portkeyWith({
  name: "portkey-openai",
  title: "its OpenAI provider, which signs nothing and translates little",
  headers: (port) => ({
    "x-portkey-provider": "openai",
    "x-portkey-custom-host": `http://127.0.0.1:${port}/v1`,
    authorization: "Bearer sk-upstream",
  }),
});
