// An authorization server that takes client assertions and DPoP proofs, and an API
// that takes access tokens as RFC 9068 has them.

import { readFileSync } from "node:fs";

import express from "express";
import { auth, requiredScopes } from "express-oauth2-jwt-bearer";
import Provider from "oidc-provider";

const keys = (name) => readFileSync("${KEYS}/" + name, "utf8");

const client = (client_id, more) => ({
  client_id,
  grant_types: ["client_credentials"],
  redirect_uris: [],
  response_types: [],
  ...more,
});

const provider = new Provider("http://127.0.0.1:${PORT}/oidc", {
  clients: [
    client("assertion-client", {
      token_endpoint_auth_method: "private_key_jwt",
      jwks: JSON.parse(keys("jwks.json")),
    }),
    client("dpop-client", {
      token_endpoint_auth_method: "client_secret_post",
      client_secret: keys("secret.txt"),
    }),
  ],
  features: {
    clientCredentials: { enabled: true },
    dPoP: { enabled: true },
    devInteractions: { enabled: false },
  },
});

// Why a client was not authenticated is not for the client to know, and so not in
// the answer; it is what this test is about.
provider.on("grant.error", (ctx, error) => {
  ctx.set("X-Lab-Reason", (error.error_detail ?? error.error_description ?? error.message).replaceAll("\n", " "));
});

const app = express();

app.get(
  "/messages",
  auth({
    issuer: "${ISSUER}/",
    jwksUri: "${ISSUER}/.well-known/jwks.json",
    audience: "https://api.example.com",
    strict: true,
  }),
  requiredScopes("read:messages"),
  (request, response) => response.json({ accepted: true }),
);

app.use("/oidc", provider.callback());

app.use((error, request, response, next) => {
  response.set(error.headers ?? {});
  response.status(error.status ?? 500).json({ error: error.message });
});

app.listen(Number("${PORT}"), "127.0.0.1");
