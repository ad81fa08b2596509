package serve

import (
	"net/http"
	"net/http/httputil"
	"net/url"
)

// Stripping is a front that hands every request on to the server at target, but
// for its Authorization header: what an application behind Apache and mod_wsgi
// gets as long as WSGIPassAuthorization is off, its default
// (https://modwsgi.readthedocs.io/en/master/configuration-directives/WSGIPassAuthorization.html),
// and what no proxy may do (RFC 9110 §11.6.2).
func Stripping(target *url.URL) http.Handler {
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Header.Del("Authorization")
		},
		// Its own, which asks no proxy, whatever the environment says, and leaves
		// no connection behind.
		Transport: &http.Transport{DisableKeepAlives: true},
		ErrorLog:  silent(),
	}
}
