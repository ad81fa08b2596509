// A small API as people write it with passport-jwt.
//   node passport-jwt.mjs PORT
import { readFileSync } from "node:fs";

import express from "express";
import passport from "passport";
import { ExtractJwt, Strategy } from "passport-jwt";

import { seen } from "./echo.mjs";

const options = {
  secretOrKey: readFileSync(new URL("secret.txt", import.meta.url), "utf8"),
  jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
};
passport.use(new Strategy(options, (claims, done) => done(null, { name: claims.sub })));

const app = express();
app.get("/echo", (request, response) => response.json(seen(request)));
app.get("/me", passport.authenticate("jwt", { session: false }), (request, response) => response.json({ user: request.user.name }));
app.listen(Number(process.argv[2]), "127.0.0.1");
