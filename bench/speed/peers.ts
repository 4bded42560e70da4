import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where `npm run bench:peers` puts the other gateways. */
export const peersFolder = fileURLToPath(new URL("../.peers", import.meta.url));

export const peerVersions = { portkey: "1.15.2", litellm: "1.108.7" } as const;

export type Peer = keyof typeof peerVersions;

/** The file that each is started by. */
export const peerFiles: Readonly<Record<Peer, string>> = {
  portkey: join(peersFolder, "portkey/node_modules/@portkey-ai/gateway/build/start-server.js"),
  litellm: join(peersFolder, "litellm/bin/litellm"),
};

/** Why a peer can't run, if it can't. */
export function whyMissing(peer: Peer): string | undefined {
  return existsSync(peerFiles[peer]) ? undefined : "not installed; npm run bench:peers installs it";
}
