// Small APIs as people write them with express-jwt: with what Express makes of an error
// in development, with what it makes of it in production (under /production), and with
// the error handler of express-jwt's README (under /handled).
//   node express-jwt.mjs PORT
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

import express from "express";
import { expressjwt } from "express-jwt";

import { seen } from "./echo.mjs";

const secret = readFileSync(new URL("secret.txt", import.meta.url));

function api(env) {
  const app = express();
  app.set("env", env);
  app.get("/echo", (request, response) => response.json(seen(request)));
  app.get(["/me", "/:kind/me"], expressjwt({ secret, algorithms: ["HS256"] }), (request, response) => response.json({ user: request.auth.sub }));
  return app;
}

const development = api("development");
const production = api("production");
const handled = api("production").use((error, request, response, next) => {
  if (error.name !== "UnauthorizedError") return next(error);
  response.status(error.status).send({ message: error.message });
});

createServer((request, response) => {
  if (request.url.startsWith("/production/")) return production(request, response);
  if (request.url.startsWith("/handled/")) return handled(request, response);
  return development(request, response);
}).listen(Number(process.argv[2]), "127.0.0.1");
