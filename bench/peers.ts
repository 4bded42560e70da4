/**
 * Installs the gateways that the bench compares with, into a folder that git ignores. What this machine can't install is left out.
 *
 *   npm run bench:peers
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Peer, peerVersions, peersFolder, whyMissing } from "./speed/peers.ts";

const installers: Readonly<Record<Peer, () => boolean>> = {
  portkey() {
    const folder = join(peersFolder, "portkey");
    mkdirSync(folder, { recursive: true });
    const manifest = {
      private: true,
      dependencies: { "@portkey-ai/gateway": peerVersions.portkey },
      // What its own container image has; with newer ones its streams fail.
      overrides: { "@hono/node-server": "1.13.5", hono: "4.9.7" },
    };
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
    return run("npm", ["install", "--no-audit", "--no-fund", "--prefix", folder]);
  },
  litellm() {
    const folder = join(peersFolder, "litellm");
    return (
      run("python3", ["-m", "venv", folder]) &&
      run(join(folder, "bin/pip"), [
        "install",
        "--quiet",
        `litellm[proxy]==${peerVersions.litellm}`,
        "boto3",
        "prometheus_client",
      ])
    );
  },
};

for (const [peer, install] of Object.entries(installers) as [Peer, () => boolean][]) {
  if (whyMissing(peer) === undefined) console.log(`${peer}: already there`);
  else console.log(`${peer}: ${install() ? "installed" : "could not be installed; the bench leaves it out"}`);
}

function run(command: string, args: readonly string[]): boolean {
  console.log(`$ ${command} ${args.join(" ")}`);
  return spawnSync(command, args, { stdio: "inherit" }).status === 0;
}
