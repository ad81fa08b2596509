// Small APIs as people write them by hand with jsonwebtoken: with the library's own
// message, and (under /told) with words for each case.
//   node jsonwebtoken.mjs PORT
import { readFileSync } from "node:fs";

import express from "express";
import jwt from "jsonwebtoken";

import { seen } from "./echo.mjs";

const secret = readFileSync(new URL("secret.txt", import.meta.url));
const bearer = (request) => request.headers.authorization?.split(" ")[1];

const app = express();
app.get("/echo", (request, response) => response.json(seen(request)));

app.get("/me", (request, response) => {
  try {
    response.json({ user: jwt.verify(bearer(request), secret).sub });
  } catch (error) {
    response.status(401).json({ error: error.message });
  }
});

app.get("/told/me", (request, response) => {
  const token = bearer(request);
  if (!token) return response.status(401).json({ message: "No token provided" });
  jwt.verify(token, secret, (error, claims) => {
    if (error) return response.status(403).json({ message: "Invalid token" });
    response.json({ user: claims.sub });
  });
});

app.listen(Number(process.argv[2]), "127.0.0.1");
