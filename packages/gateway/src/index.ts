/** The npm package `outcrop`: the SDK, and the gateway as a function. */
export * from "@outcrop/sdk";
export { type Gateway, type GatewayOptions, createGateway } from "./gateway.ts";
export { type Access, resolveAccess } from "./config/access.ts";
export { type LoadedConfig, loadConfig } from "./config/load-config.ts";
