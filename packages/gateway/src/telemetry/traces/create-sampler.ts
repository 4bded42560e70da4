import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace";
import type { TraceSampler } from "./trace-settings.ts";

export function createSampler({ kind, ratio, parentBased }: TraceSampler): Sampler {
  const root = createRootSampler(kind, ratio);
  return parentBased ? new ParentBasedSampler({ root }) : root;
}

function createRootSampler(kind: TraceSampler["kind"], ratio: number): Sampler {
  switch (kind) {
    case "always_on":
      return new AlwaysOnSampler();
    case "always_off":
      return new AlwaysOffSampler();
    case "traceidratio":
      return new TraceIdRatioBasedSampler(ratio);
  }
}
