// The proxy is somebody to what is behind it, and goes there as such. Its token has
// not been renewed.
import http from 'node:http'
import { createProxyMiddleware } from 'http-proxy-middleware'
import jwt from 'jsonwebtoken'
import { readFileSync } from 'node:fs'

const [port, appPort] = process.argv.slice(2).map(Number)
const secret = readFileSync(new URL('secret.txt', import.meta.url))
const own = jwt.sign({ sub: 'proxy', exp: 1700000000 }, secret)
const proxy = createProxyMiddleware({
  target: `http://127.0.0.1:${appPort}`,
  on: { proxyReq: (outgoing) => outgoing.setHeader('authorization', `Bearer ${own}`) },
})

http.createServer((request, response) => proxy(request, response)).listen(port, '127.0.0.1')
