import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Environment } from "./environment.ts";

/**
 * A profile's region in AWS's shared files; as in AWS's SDKs, `credentials` is asked before `config`. It reads that
 * one key and nothing else, which spares loading AWS's own packages for a call that needs no more of them.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
export async function readProfileRegion(
  profile: string | undefined,
  env: Environment,
): Promise<string | undefined> {
  const name = profile || env["AWS_PROFILE"] || env["AWS_PROFILE_NAME"] || "default";
  const home = env["HOME"] || homedir();
  const credentials = env["AWS_SHARED_CREDENTIALS_FILE"] || join(home, ".aws", "credentials");
  const config = env["AWS_CONFIG_FILE"] || join(home, ".aws", "config");
  const [ofCredentials, ofConfig] = await Promise.all([readText(credentials), readText(config)]);
  return (
    findRegion(ofCredentials, (section) => section === name) ?? findRegion(ofConfig, configSection(name))
  );
}

/** In `config` a profile's section is called `profile name`; the default one may go without that word. */
function configSection(name: string): (section: string) => boolean {
  return (section) => {
    const [, quoted] = /^profile\s+"?([^"]*)"?$/.exec(section) ?? [];
    return quoted === undefined ? name === "default" && section === "default" : quoted.trim() === name;
  };
}

function findRegion(text: string, isWanted: (section: string) => boolean): string | undefined {
  let wanted = false;
  let region: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const section = /^\s*\[([^\]]*)\]/.exec(line)?.[1];
    if (section !== undefined) wanted = isWanted(section.trim());
    else if (wanted) region = /^region\s*=\s*([^\s#;]+)/.exec(line)?.[1] ?? region;
  }
  return region;
}

/** A file that isn't there or can't be read says nothing. */
async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return "";
  }
}
