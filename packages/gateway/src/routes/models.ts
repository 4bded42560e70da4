import { OutcropError } from "@outcrop/sdk";
import type { HttpRoute } from "../http/route-table.ts";
import { sendJson } from "../http/send.ts";

/** LiteLLM gives every model this birthday, and clients have come to expect one that never changes. */
const created = 1677610602;

/** `GET /v1/models` and one model of it. */
export function modelRoutes(names: () => readonly string[]): readonly HttpRoute[] {
  const list: HttpRoute["handle"] = ({ response }) =>
    sendJson(response, 200, { body: { object: "list", data: names().map(toModel) } });
  const one: HttpRoute["handle"] = ({ response, params }) => {
    const name = names().find((known) => known === params.id);
    if (name === undefined)
      throw new OutcropError("not_found", `There is no model of that name. There is: ${names().join(", ")}.`);
    sendJson(response, 200, { body: toModel(name) });
  };
  return ["/v1/models", "/models"].flatMap((path): readonly HttpRoute[] => [
    { method: "GET", path, summary: "The models that may be asked for", handle: list },
    { method: "GET", path: `${path}/{id+}`, summary: "One model", handle: one },
  ]);
}

function toModel(id: string) {
  return { id, object: "model", created, owned_by: "openai" };
}
