import type { EmulatorOptions } from "../options.ts";
import type { TextSource } from "../runtime/call.ts";
import { smallModelSource } from "../runtime/generate.ts";
import { createLlamaSource } from "./llama.ts";
import { createUpstreamSource } from "./upstream.ts";

/** What writes the answers: a server, a local model file, or the small deterministic model. */
export function chooseSource({ upstream, llama }: EmulatorOptions): TextSource {
  if (upstream !== undefined) return createUpstreamSource(upstream);
  return llama === undefined ? smallModelSource : createLlamaSource(llama);
}
