import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Program, bedrockRequest } from "../program.ts";

const found = spawnSync("nginx", ["-v"], { encoding: "utf8" });

/** A reverse proxy that translates nothing, in C. */
export const nginx: Program = {
  name: "nginx",
  title: `a plain reverse proxy (${found.stderr?.trim().replace("nginx version: ", "") ?? "nginx"})`,
  missing: () => (found.error ? "nginx is not installed (Debian: nginx-light)" : undefined),
  launch: ({ port, upstreamPort, folder }) => {
    const file = join(folder, "nginx.conf");
    writeFileSync(file, config(port, upstreamPort, folder));
    return { command: "nginx", args: ["-p", folder, "-c", file, "-e", join(folder, "nginx.log")] };
  },
  request: bedrockRequest,
  answers: "upstream",
};

function config(port: number, upstreamPort: number, folder: string): string {
  return `daemon off;
master_process off;
worker_processes 1;
pid ${join(folder, "nginx.pid")};
events { worker_connections 8192; }
http {
  access_log off;
  client_max_body_size 64m;
  client_body_buffer_size 512k;
  client_body_temp_path ${join(folder, "body")};
  proxy_temp_path ${join(folder, "proxy")};
  fastcgi_temp_path ${join(folder, "fastcgi")};
  uwsgi_temp_path ${join(folder, "uwsgi")};
  scgi_temp_path ${join(folder, "scgi")};
  keepalive_requests 100000000;
  upstream bedrock { server 127.0.0.1:${upstreamPort}; keepalive 4096; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://bedrock;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }
  }
}
`;
}
