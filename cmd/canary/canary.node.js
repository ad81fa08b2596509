// Says what arrived of the Authorization header, and never the value. Start it in
// place of the real application, behind the same server:
//   PORT=3000 node canary.node.js
const { createHash } = require("node:crypto");
const { createServer } = require("node:http");

const names = ["authorization", "x-authorization", "x-forwarded-authorization"];

createServer((request, response) => {
  const carrier = names.find((name) => request.headers[name]) ?? null;
  const value = carrier ? request.headers[carrier] : "";
  const space = value.indexOf(" ");
  const credentials = Buffer.from(space < 0 ? "" : value.slice(space + 1), "latin1");
  response.writeHead(200, { "Content-Type": "application/json", "Cache-Control": "no-store" });
  response.end(JSON.stringify({
    canary: "node",
    seen: carrier !== null,
    scheme: space < 0 ? value : value.slice(0, space),
    length: credentials.length,
    sha256_8: carrier ? createHash("sha256").update(credentials).digest("hex").slice(0, 8) : "",
    carrier,
  }));
}).listen(process.env.PORT || 3000, process.env.HOST || "127.0.0.1");
