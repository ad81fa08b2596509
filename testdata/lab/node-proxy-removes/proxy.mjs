// An event handler that takes the header off, so that what is behind never gets it.
import http from 'node:http'
import { createProxyMiddleware } from 'http-proxy-middleware'

const [port, appPort] = process.argv.slice(2).map(Number)
const proxy = createProxyMiddleware({
  target: `http://127.0.0.1:${appPort}`,
  on: { proxyReq: (outgoing) => outgoing.removeHeader('authorization') },
})

http.createServer((request, response) => proxy(request, response)).listen(port, '127.0.0.1')
