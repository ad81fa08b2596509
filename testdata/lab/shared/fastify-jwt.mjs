// A small API as the README of @fastify/jwt has it.
//   node fastify-jwt.mjs PORT
import { readFileSync } from "node:fs";

import jwt from "@fastify/jwt";
import fastify from "fastify";

import { seen } from "./echo.mjs";

const app = fastify();
app.register(jwt, { secret: readFileSync(new URL("secret.txt", import.meta.url), "utf8") });

async function authenticate(request, reply) {
  try {
    await request.jwtVerify();
  } catch (error) {
    reply.send(error);
  }
}

app.get("/echo", async (request) => seen(request));
app.get("/me", { onRequest: [authenticate] }, async (request) => ({ user: request.user.sub }));
await app.listen({ port: Number(process.argv[2]), host: "127.0.0.1" });
