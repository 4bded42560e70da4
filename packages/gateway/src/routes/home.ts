import type { Exchange, HttpRoute } from "../http/route-table.ts";
import { sendJson } from "../http/send.ts";
import { toOpenApi } from "./openapi.ts";

/** `/` for people, `/openapi.json` for programs; both from the same list of routes. */
export function homeRoutes(routes: () => readonly HttpRoute[], version: string): readonly HttpRoute[] {
  return [
    {
      method: "GET",
      path: "/",
      summary: "This page",
      public: true,
      handle: (exchange) => sendPage(exchange, routes(), version),
    },
    {
      method: "GET",
      path: "/openapi.json",
      summary: "The routes, as OpenAPI",
      handle: ({ response }) => sendJson(response, 200, { body: toOpenApi(routes(), version) }),
    },
  ];
}

function sendPage({ response }: Exchange, routes: readonly HttpRoute[], version: string): void {
  const text = page(routes, version);
  response.writeHead(200, {
    "content-type": "text/html; charset=utf-8",
    "content-length": Buffer.byteLength(text),
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
  });
  response.end(text);
}

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:3rem auto;padding:0 1rem;color:#222;background:#fdfcfa}
h1{font-weight:600}code{font-family:ui-monospace,monospace}table{border-collapse:collapse;width:100%}
td{padding:.25rem .75rem .25rem 0;border-bottom:1px solid #e6e2da;vertical-align:top}td:first-child{color:#8a6d3b}`;

function page(routes: readonly HttpRoute[], version: string): string {
  const rows = routes.map(
    ({ method, path, summary }) =>
      `<tr><td>${method}</td><td><code>${escapeHtml(path)}</code></td><td>${escapeHtml(summary)}</td></tr>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Outcrop</title>
<meta name="viewport" content="width=device-width"><style>${style}</style></head><body>
<h1>Outcrop</h1><p>AI gateway for models imported into Amazon Bedrock. Version ${escapeHtml(version)}.</p>
<p>Point any OpenAI client at this address, with the path <code>/v1</code> and your key.
The same list for programs is at <code>/openapi.json</code>.</p>
<table>${rows.join("\n")}</table></body></html>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
