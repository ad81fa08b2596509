// Small APIs as people write them with koa-jwt, as it comes and (under /debug) with the
// option that shows why.
//   node koa-jwt.mjs PORT
import { readFileSync } from "node:fs";

import Koa from "koa";
import jwt from "koa-jwt";

import { seen } from "./echo.mjs";

const secret = readFileSync(new URL("secret.txt", import.meta.url), "utf8");
const only = (path, middleware) => (ctx, next) => (ctx.path === path ? middleware(ctx, next) : next());

const app = new Koa();
app.silent = true; // a refused token is no news
app.use(only("/echo", (ctx) => (ctx.body = seen(ctx.request))));
app.use(only("/me", jwt({ secret })));
app.use(only("/debug/me", jwt({ secret, debug: true })));
app.use((ctx) => (ctx.body = { user: ctx.state.user.sub }));
app.listen(Number(process.argv[2]), "127.0.0.1");
