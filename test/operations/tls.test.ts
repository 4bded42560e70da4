import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:http2";
import { createConnection } from "node:net";
import { request } from "node:https";
import { type Emulator, createEmulator } from "@outcrop/emulator";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Folder, createFolder, isBuilt, runBin, stopRuns } from "./run-bin.ts";

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

let emulator: Emulator;
let folder: Folder;
beforeAll(async () => {
  emulator = await createEmulator();
  folder = createFolder();
});
afterEach(stopRuns);
afterAll(async () => {
  folder.remove();
  await emulator.close();
});

const config = `
model_list: [{model_name: kimi, litellm_params: {model: bedrock/moonshot.kimi-k2-thinking, aws_region_name: us-west-2}}]
`;

/** A key and a certificate that signs itself. */
function createPair(): { readonly key: string; readonly cert: string } {
  const key = folder.write("key.pem", "");
  const cert = folder.write("cert.pem", "");
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  const pair = [
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-keyout",
    key,
    "-out",
    cert,
  ];
  execFileSync("openssl", ["req", "-x509", ...pair, "-days", "1", ...subject], { stdio: "ignore" });
  return { key, cert };
}

function ask(url: string, ca: Buffer, body: object): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${url}/v1/chat/completions`, { method: "POST", ca, agent: false });
    outgoing.on("error", reject).on("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => resolve({ status: response.statusCode, text }));
    });
    outgoing.end(JSON.stringify(body));
  });
}

describe.skipIf(!isBuilt || !hasOpenssl)("TLS (needs openssl, and a build: npm run build)", () => {
  test("whole and streamed, with one's own certificate", async () => {
    const { key, cert } = createPair();
    const files = ["--ssl_keyfile_path", key, "--ssl_certfile_path", cert];
    const path = folder.write("config.yaml", config);
    const gateway = runBin(["--config", path, "--port", "0", ...files], { env: { ...emulator.environment } });
    const [, url = ""] = await gateway.says(/Outcrop is running at (https:\S+)\n/);
    const ca = readFileSync(cert);
    const chat = { model: "kimi", messages: [{ role: "user", content: "Hi" }] };
    expect(await ask(url, ca, chat)).toMatchObject({
      status: 200,
      text: expect.stringContaining("chat.completion"),
    });
    expect((await ask(url, ca, { ...chat, stream: true })).text.trimEnd().endsWith("data: [DONE]")).toBe(
      true,
    );
    // Who does not speak TLS is sent away, and the rest goes on.
    await expect(fetch(url.replace("https", "http"))).rejects.toThrow();
    expect(await ask(url, ca, chat)).toMatchObject({ status: 200 });
    // Whoever speaks HTTP/2 alone, as AWS's client does, gets it.
    const session = connect(url, { ca });
    const stream = session.request({ ":path": "/health/liveliness" });
    const [head] = (await once(stream, "response")) as [Record<string, unknown>];
    expect(head[":status"]).toBe(200);
    stream.resume();
    // Neither an idle session nor one who has not even begun with TLS holds up the end.
    const silent = createConnection(Number(new URL(url).port), "127.0.0.1");
    await once(silent, "connect");
    gateway.signal("SIGTERM");
    expect(await gateway.ended).toBe(0);
    session.destroy();
  });

  test("files that are no pair are said, and end it", async () => {
    const text = folder.write("no.pem", "-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n");
    const files = ["--ssl_keyfile_path", text, "--ssl_certfile_path", text];
    const gateway = runBin(["--config", folder.write("config.yaml", config), "--port", "0", ...files]);
    expect(await gateway.ended).toBe(1);
    expect(gateway.output()).toMatch(/The TLS key and certificate are not a pair of PEM files/);
    expect(gateway.output()).not.toMatch(/\n {4}at /);
  });
});
