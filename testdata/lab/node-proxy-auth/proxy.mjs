// The option auth writes an Authorization of its own where none comes (Node keeps the
// one that does).
import http from 'node:http'
import { createProxyMiddleware } from 'http-proxy-middleware'

const [port, appPort] = process.argv.slice(2).map(Number)
const proxy = createProxyMiddleware({ target: `http://127.0.0.1:${appPort}`, auth: 'lab:test-password-of-the-lab' })

http.createServer((request, response) => proxy(request, response)).listen(port, '127.0.0.1')
