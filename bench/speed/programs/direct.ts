import { type Program, bedrockRequest } from "../program.ts";

/** Straight to the upstream: what is added is added to this. */
export const direct: Program = {
  name: "direct",
  title: "straight to the upstream",
  missing: () => undefined,
  request: bedrockRequest,
  answers: "upstream",
};
