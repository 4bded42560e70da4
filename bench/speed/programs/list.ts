import type { Program } from "../program.ts";
import { direct } from "./direct.ts";
import { floor } from "./floor.ts";
import { litellm } from "./litellm.ts";
import { nginx } from "./nginx.ts";
import { outcrop } from "./outcrop.ts";
import { portkeyBedrock, portkeyOpenai } from "./portkey.ts";

/** In the order of the tables; `direct` and `floor` are what the others are measured against. */
export const programs: readonly Program[] = [
  direct,
  nginx,
  floor,
  outcrop,
  portkeyBedrock,
  portkeyOpenai,
  litellm,
];
