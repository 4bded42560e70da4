import type { BenchRun } from "../results.ts";

/** The words of `docs/performance.md`. Figures that the bench itself measures never stand here. */
export const text = {
  head: `# Performance

What it costs to have Outcrop in the middle. This page is made by \`npm run bench:report\` from the newest file in
[bench/results](../bench/results); nobody writes its figures by hand.

## How to repeat it

\`\`\`sh
npm ci
npm run bench:peers             # optional: Portkey (npm) and LiteLLM (needs python3); nginx comes from Debian
npm run bench                   # about 25 minutes; npm run bench -- --help for parts of it
npm run bench:report            # this page
\`\`\`

\`npm run bench -- --quick\` compares the gateway with the floor in two minutes and writes nothing.

## What the words mean

- **Upstream**: a canned Bedrock over bare sockets ([bench/speed/upstream.ts](../bench/speed/upstream.ts)). It answers at once, with bytes
  that were made before: 0.8 KB of JSON, or frames of about 270 bytes, each a chunk of HTTP. It is cheaper than whatever is measured.
- **Client**: bare sockets with keep-alive ([bench/speed/load.ts](../bench/speed/load.ts)), a fixed number of requests at once, each connection
  sending the next when its answer has ended. A request is a chat of eight messages, 2 KB, or one of 200 KB.
- **Floor**: \`node:http\` in and undici's \`dispatch\` out, bytes relayed as they come: no parsing, no key, no log. No gateway on Node with
  these two can cost less.
- **CPU a request**: the processor time of the program and all of its threads and children, as the scheduler counts it, divided by the
  requests. It is the steadiest figure, and comes first.
- **Added latency**: a percentile at the client through the program minus the same percentile straight to the upstream, same client, same
  machine, same round. With many requests at once latency only repeats throughput, so it is given for one at a time and for paced streams.
- **Rounds**: each starts every program afresh, warms it up at full load, and measures it; the next goes the other way round. Ratios are taken pair
  by pair within a round, and their median is quoted with the least and the greatest.
- **Features on**: the key is checked, limits and cooldowns are counted, Prometheus and the ledger's meter run, and each request writes a log line to a
  file. Every answer is compared with what the upstream said before a program is timed.
`,
  machine: ({ machine, rounds, seconds, warmUpSeconds, date }: BenchRun) => `## The machine

${machine.processors}, ${machine.memoryGb} GB, ${machine.system}, Node ${machine.node}; measured on ${date.slice(0, 10)}, ${rounds} rounds of ${seconds} s after ${warmUpSeconds} s of
warm-up. ${
    machine.pinned
      ? "The program has one processor for itself; client and upstream share the other."
      : "Programs were not kept on processors of their own."
  } It is a virtual machine whose host does other work too: read ratios, not absolute figures.
`,
  charts: `![Processor time of whole answers](performance-whole.svg)

![Processor time of streams](performance-stream.svg)
`,
  ratios: `The canned upstream does not wait, so that these are the most that one processor can do. A real model takes seconds: then what counts is the processor
time, which says how many calls a core can carry.
`,
  added: `Added to the same request straight to the upstream.
`,
  paced: `Each stream has 100 frames, 20 ms apart; the streams begin evenly and are replaced when they end. The time to the first token is that to the first byte of
the body. A stall is more than 100 ms between two reads. Where client and upstream are at the limit of their own processor, the row "direct" shows it.
`,
  flat: `- \`npm run bench:soak\` sends mixed traffic with faults (throttling, broken and cut streams, lost connections, clients that leave or read slowly, wrong keys,
  malformed bodies) and compares what is held after a collection in the last third of the time with the second third. A short form of it is a test
  ([test/memory](../test/memory)), which fails for 300 bytes a request.
- A client that reads nothing holds up its own stream: of a fast upstream no more is read than the kernel's buffers and 256 KiB
  ([test/memory/back-pressure.test.ts](../test/memory/back-pressure.test.ts)).
- \`npm run bench:images\` sends twenty images of 1 MB in one request and tells the longest stop of the event loop. Such bodies are parsed
  while they come, encoded half a MiB at a time, and hashed in slices ([decisions](decisions/2026-11-27-large-bodies-in-turns.md)).
`,
  doubts: `## What this does not say

- TLS is on neither side, and the network is loopback. Both add the same to every program here.
- Every program has one process on one processor. How much a second worker brings can't be shown with two processors, of which client and upstream need one.
- Bifrost is not here: its module could not be had where this was measured. LiteLLM runs in this bench, but without a
  network it spends its time on look-ups that fail, and some of its requests hang: such figures would say nothing of it, and are left out.
- Portkey's Bedrock provider calls Converse, which is another wire than ours; it translates in both directions too.
`,
} as const;
