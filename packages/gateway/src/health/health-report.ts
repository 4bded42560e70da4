import type { JsonObject } from "@outcrop/sdk";
import type { HealthFinding } from "./check-models.ts";

export interface ReportOptions {
  /** `health_check_details`: without them only names and counts are told. */
  readonly details: boolean;
  /** Whether the models were called, and not only asked about. */
  readonly called: boolean;
}

const billing =
  "Every model was called, because outcrop_settings.invoke_health_checks is set. Bedrock bills the tokens of each call, and for an imported model five minutes of its units.";

/** The body of `GET /health`, under LiteLLM's keys. */
export function toHealthReport(
  findings: readonly HealthFinding[],
  { details, called }: ReportOptions,
): JsonObject {
  const endpointsOf = (status: HealthFinding["status"]) =>
    findings
      .filter((finding) => finding.status === status)
      .map(({ endpoint }) => (details ? endpoint : { model: endpoint.model }));
  const [healthy, unhealthy, unchecked] = [
    endpointsOf("healthy"),
    endpointsOf("unhealthy"),
    endpointsOf("unchecked"),
  ];
  return {
    healthy_endpoints: healthy,
    unhealthy_endpoints: unhealthy,
    unchecked_endpoints: unchecked,
    healthy_count: healthy.length,
    unhealthy_count: unhealthy.length,
    unchecked_count: unchecked.length,
    ...(called ? { billing } : {}),
  };
}
