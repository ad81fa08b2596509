// What a development server's proxy is: http-proxy-middleware with its defaults.
import http from 'node:http'
import { createProxyMiddleware } from 'http-proxy-middleware'

const [port, appPort] = process.argv.slice(2).map(Number)
const proxy = createProxyMiddleware({ target: `http://127.0.0.1:${appPort}` })

http.createServer((request, response) => proxy(request, response)).listen(port, '127.0.0.1')
