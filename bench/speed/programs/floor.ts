import { fileURLToPath } from "node:url";
import { type Program, bedrockRequest } from "../program.ts";

/** What no gateway on Node can go below with Node's server and undici's client. */
export const floor: Program = {
  name: "floor",
  title: `node:http and undici's dispatch, bytes as they come (Node ${process.versions.node})`,
  missing: () => undefined,
  launch: ({ port, upstreamPort }) => ({
    command: process.execPath,
    args: [fileURLToPath(new URL("floor-server.ts", import.meta.url)), String(port), String(upstreamPort)],
  }),
  request: bedrockRequest,
  answers: "upstream",
};
