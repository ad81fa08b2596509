// A small API as Hono's documentation has it, with its own middleware hono/jwt.
//   node hono.mjs PORT
import { readFileSync } from "node:fs";

import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { jwt } from "hono/jwt";

import { seen } from "./echo.mjs";

const secret = readFileSync(new URL("secret.txt", import.meta.url), "utf8");

const app = new Hono();
app.get("/echo", (c) => c.json(seen({ headers: { authorization: c.req.header("Authorization") } })));
app.use("/me", jwt({ secret, alg: "HS256" }));
app.get("/me", (c) => c.json({ user: c.get("jwtPayload").sub }));
serve({ fetch: app.fetch, port: Number(process.argv[2]), hostname: "127.0.0.1" });
