// Small APIs as people write them with express-oauth2-jwt-bearer, in development and
// (under /production) in production.
//   node express-oauth2-jwt-bearer.mjs PORT
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

import express from "express";
import { auth } from "express-oauth2-jwt-bearer";

import { seen } from "./echo.mjs";

const judge = auth({
  issuer: "https://lab.example.com/",
  audience: "https://api.example.com",
  secret: readFileSync(new URL("secret.txt", import.meta.url), "utf8"),
  tokenSigningAlg: "HS256",
});

function api(env) {
  const app = express();
  app.set("env", env);
  app.get("/echo", (request, response) => response.json(seen(request)));
  app.get(["/me", "/production/me"], judge, (request, response) => response.json({ user: request.auth.payload.sub }));
  return app;
}

const development = api("development");
const production = api("production");

createServer((request, response) => {
  if (request.url.startsWith("/production/")) return production(request, response);
  return development(request, response);
}).listen(Number(process.argv[2]), "127.0.0.1");
