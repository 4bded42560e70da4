import { OutcropError } from "@outcrop/sdk";
import { queryOf } from "../http/request-url.ts";
import type { HttpRoute } from "../http/route-table.ts";
import { sendJson } from "../http/send.ts";
import { askLedger } from "../ledger/cost-query.ts";
import type { LedgerReader } from "../ledger/reader.ts";

export interface CostServices {
  /** The book, where one is kept. */
  readonly ledger: LedgerReader | undefined;
}

/** What calls have cost, as `outcrop cost --json` says it. */
export function costRoutes({ ledger }: CostServices): readonly HttpRoute[] {
  return [
    {
      method: "GET",
      path: "/outcrop/cost",
      summary: "What calls have cost: from, to, by (model, day, key, user, tag), time_zone",
      handle({ request, response }) {
        const asked = queryOf(request);
        if (!ledger) {
          throw new OutcropError("not_found", "No ledger is kept. Set outcrop_settings: {ledger: true}.");
        }
        const query = {
          from: asked.get("from") ?? undefined,
          to: asked.get("to") ?? undefined,
          by: asked.get("by") ?? undefined,
          timeZone: asked.get("time_zone") ?? undefined,
        };
        sendJson(response, 200, { body: askLedger(ledger, query, Date.now()).json });
      },
    },
  ];
}
