import type { JsonObject } from "@outcrop/sdk";
import type { HttpRoute } from "../http/route-table.ts";

/** An OpenAPI document of the routes: paths, methods, who needs a key, and what an error looks like. */
export function toOpenApi(routes: readonly HttpRoute[], version: string): JsonObject {
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll("+}", "}");
    (paths[path] ??= {})[route.method.toLowerCase()] = toOperation(route);
  }
  return {
    openapi: "3.1.0",
    info: { title: "Outcrop", version, license: { name: "MIT", identifier: "MIT" } },
    paths,
    components: {
      securitySchemes: { key: { type: "http", scheme: "bearer" } },
      schemas: { Error: errorSchema },
    },
  };
}

const errorSchema: JsonObject = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["message", "type", "param", "code"],
      properties: {
        message: { type: "string" },
        type: { type: "string" },
        param: { type: ["string", "null"] },
        code: { type: "string", description: "The HTTP status." },
      },
    },
  },
};

function toOperation({ method, path, summary, public: isPublic }: HttpRoute): JsonObject {
  const names = [...path.matchAll(/\{(\w+)\+?\}/g)].map((match) => match[1] ?? "");
  const json = { content: { "application/json": { schema: { type: "object" } } } };
  return {
    summary,
    operationId: `${method.toLowerCase()}${path.replaceAll(/[^a-zA-Z0-9]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    ...(isPublic ? { security: [] } : { security: [{ key: [] }] }),
    parameters: names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } })),
    ...(method === "POST" ? { requestBody: { required: true, ...json } } : {}),
    responses: {
      "200": { description: "The answer.", ...json },
      default: {
        description: "A failure.",
        content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
      },
    },
  };
}
