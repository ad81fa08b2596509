// Allowlist-proxy is a gateway as people write it with httputil.ReverseProxy, which
// hands on the fields that its author thought of.
//
//	allowlist-proxy ADDRESS SECRET-FILE APPLICATION
package main

import (
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
)

var known = []string{"Accept", "Accept-Encoding", "Accept-Language", "Content-Type", "User-Agent"}

func main() {
	target := &url.URL{Scheme: "http", Host: os.Args[3]}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Header = http.Header{}
		for _, name := range known {
			r.Out.Header[name] = r.In.Header[name]
		}
		r.SetXForwarded()
	}}
	log.Fatal(http.ListenAndServe(os.Args[1], proxy)) //nolint:gosec // on loopback, for seconds
}
