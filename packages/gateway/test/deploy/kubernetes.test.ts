import { readdirSync } from "node:fs";
import { isJsonObject } from "@outcrop/sdk";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { resolveAccess } from "../../src/config/access.ts";
import { hasErrors } from "../../src/config/finding.ts";
import { load } from "../config/load.ts";
import { parseDockerfile, lastOf, wordsOf } from "./dockerfile.ts";
import { pathOf, readText, unknownFlags, valueOf } from "./repository.ts";

const folder = "deploy/kubernetes";
const files = readdirSync(pathOf(folder)).filter((name) => name.endsWith(".yaml"));
const documents = new Map(
  files.map((name) => [name, parse(readText(`${folder}/${name}`)) as Record<string, unknown>]),
);

/** What stands at a path of a manifest: `spec.template.spec.containers.0.image`. */
function at(file: string, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (value, name) =>
        Array.isArray(value) ? value[Number(name)] : isJsonObject(value) ? value[name] : undefined,
      documents.get(file),
    );
}

const pod = (path: string) => at("deployment.yaml", `spec.template.spec.${path}`);
const container = (path: string) => pod(`containers.0.${path}`);
const args = container("args") as readonly string[];

describe("the whole", () => {
  test("names every manifest that there is", () => {
    const resources = at("kustomization.yaml", "resources") as readonly string[];
    expect(resources.toSorted()).toEqual(files.filter((name) => name !== "kustomization.yaml").toSorted());
  });

  test("every object has a kind, a version and the one name", () => {
    for (const [file, document] of documents) {
      expect(document, file).toMatchObject({ apiVersion: expect.any(String), kind: expect.any(String) });
      if (file !== "kustomization.yaml") expect(at(file, "metadata.name"), file).toBe("outcrop");
    }
  });

  test("selects what it labels", () => {
    expect(at("kustomization.yaml", "labels.0.includeSelectors")).toBe(true);
    expect(pod("topologySpreadConstraints.0.labelSelector.matchLabels")).toEqual(
      at("kustomization.yaml", "labels.0.pairs"),
    );
  });

  test("holds no secret", () => {
    expect([...documents.values()].map(({ kind }) => kind)).not.toContain("Secret");
    expect(container("envFrom")).toEqual([{ secretRef: { name: "outcrop" } }]);
    expect(container("env")).toBeUndefined();
  });
});

describe("the pod", () => {
  test.each<[string, unknown]>([
    ["securityContext.runAsNonRoot", true],
    ["securityContext.runAsUser", 1000],
    ["securityContext.seccompProfile.type", "RuntimeDefault"],
    ["automountServiceAccountToken", false],
    ["serviceAccountName", "outcrop"],
    ["hostNetwork", undefined],
    ["hostPID", undefined],
    ["containers.0.securityContext.readOnlyRootFilesystem", true],
    ["containers.0.securityContext.allowPrivilegeEscalation", false],
    ["containers.0.securityContext.privileged", undefined],
    ["containers.0.securityContext.capabilities.drop", ["ALL"]],
    ["containers.0.volumeMounts.0.readOnly", true],
  ])("%s is %o", (path, value) => expect(pod(path)).toEqual(value));

  test("says what it needs, and how much memory it may have", () => {
    expect(container("resources.requests")).toMatchObject({
      cpu: expect.any(String),
      memory: expect.any(String),
    });
    expect(container("resources.limits.memory")).toMatch(/^\d+Mi$/);
  });

  test("is the image's own user", () => {
    const user = lastOf(parseDockerfile(readText("deploy/Dockerfile")).at(-1) ?? [], "USER");
    expect(`${String(pod("securityContext.runAsUser"))}:${String(pod("securityContext.runAsGroup"))}`).toBe(
      user,
    );
  });

  test("has longer to end than requests take to stay away and streams to end", () => {
    const [program, pause] = container("lifecycle.preStop.exec.command") as readonly string[];
    expect(program).toBe("sleep");
    expect(Number(pod("terminationGracePeriodSeconds"))).toBeGreaterThan(Number(pause) + 30);
  });

  test("is never without a replica", () => {
    expect(at("deployment.yaml", "spec.replicas")).toBeGreaterThan(
      Number(at("disruption-budget.yaml", "spec.minAvailable")),
    );
    expect(at("deployment.yaml", "spec.strategy.rollingUpdate.maxUnavailable")).toBe(0);
  });
});

describe("the command line", () => {
  test("is the image's", () => {
    const command = wordsOf(lastOf(parseDockerfile(readText("deploy/Dockerfile")).at(-1) ?? [], "CMD"));
    expect(args).toEqual(command);
    expect(unknownFlags(args)).toEqual([]);
    expect(container("command")).toBeUndefined();
  });

  test("finds its config where it is mounted", () => {
    const [mount] = container("volumeMounts") as readonly { name: string; mountPath: string }[];
    expect(`${mount?.mountPath}/config.yaml`).toBe(valueOf(args, "--config"));
    expect(pod("volumes")).toEqual([{ name: mount?.name, configMap: { name: "outcrop" } }]);
    expect(Object.keys(at("config-map.yaml", "data") as object)).toEqual(["config.yaml"]);
  });

  test("listens where probes and service look", () => {
    const [port] = container("ports") as readonly { name: string; containerPort: number }[];
    expect(String(port?.containerPort)).toBe(valueOf(args, "--port"));
    expect(at("service.yaml", "spec.ports.0.targetPort")).toBe(port?.name);
    const paths = ["startupProbe", "livenessProbe", "readinessProbe"].map((probe) => {
      expect(container(`${probe}.httpGet.port`)).toBe(port?.name);
      return container(`${probe}.httpGet.path`);
    });
    expect(paths).toEqual(["/health/liveliness", "/health/liveliness", "/health/readiness"]);
    expect(at("deployment.yaml", "spec.template.metadata.annotations")).toMatchObject({
      "prometheus.io/port": String(port?.containerPort),
    });
  });
});

test("the config is sound, and with the Secret's key it may listen to all", async () => {
  const env = { LITELLM_MASTER_KEY: "sk-a-key-of-thirty-two-characters-or-more" };
  const loaded = await load(configText(), { env });
  expect(loaded.findings).toEqual([]);
  if (!loaded.config) throw new Error("no config");
  const access = resolveAccess(loaded.config, { host: valueOf(args, "--host"), env });
  expect(hasErrors(access.findings)).toBe(false);
});

function configText(): string {
  const data = at("config-map.yaml", "data") as Readonly<Record<string, string>>;
  return data["config.yaml"] ?? "";
}
