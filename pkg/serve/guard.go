package serve

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// A Guard keeps web pages of strangers away from a server on this machine. A page
// can make its browser ask any address, and with a name of its own that leads here
// (DNS rebinding) it could read the answers too. The zero Guard lets in who asks for
// this machine by one of its own names.
type Guard struct {
	Hosts   []string // other names that it is asked by, without a port
	Origins []string // of web pages that may ask, and read the answers (CORS): "https://app.example.com"
}

// A Refusal says why a [Guard] did not let a request in.
type Refusal string

const (
	ForeignHost   Refusal = "foreign-host"
	ForeignOrigin Refusal = "foreign-origin"
)

// Judge says why a request is not let in; empty if it is.
func (g Guard) Judge(r *http.Request) Refusal {
	switch {
	case !g.knows(hostOf(r.Host)):
		return ForeignHost
	case g.foreign(r):
		return ForeignOrigin
	}
	return ""
}

// Protect hands on the requests that are let in. To the origins that may ask it says
// so in the answers; nothing of CORS is said to others.
func (g Guard) Protect(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		refused := func(status int, message string) {
			answerJSON(w, status, struct {
				Message string `json:"message"`
			}{message})
		}
		switch g.Judge(r) {
		case ForeignHost:
			refused(http.StatusMisdirectedRequest, "this server does not go by the name that the request has as its host")
			return
		case ForeignOrigin:
			refused(http.StatusForbidden, "a web page of this origin may not ask this server")
			return
		}
		origin := r.Header.Get("Origin")
		if len(g.Origins) > 0 {
			w.Header().Add("Vary", "Origin")
		}
		if slices.Contains(g.Origins, origin) {
			w.Header().Set("Access-Control-Allow-Origin", origin)
			w.Header().Set("Access-Control-Expose-Headers", "WWW-Authenticate")
			if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
				w.Header().Set("Access-Control-Allow-Methods", r.Header.Get("Access-Control-Request-Method"))
				w.Header().Set("Access-Control-Allow-Headers", "Authorization, Content-Type, DPoP")
				w.WriteHeader(http.StatusNoContent)
				return
			}
		}
		h.ServeHTTP(w, r)
	})
}

// foreign reports whether a web page asks that is none of this server's, and none
// that may. What is no web page has no Origin.
func (g Guard) foreign(r *http.Request) bool {
	for _, origin := range r.Header.Values("Origin") {
		if slices.Contains(g.Origins, origin) {
			continue
		}
		at, err := url.Parse(origin)
		scheme := "http"
		if r.TLS != nil {
			scheme = "https"
		}
		if err != nil || at.Scheme != scheme || !strings.EqualFold(at.Host, r.Host) || at.Host == "" {
			return true // also "null", which anything may be
		}
	}
	return false
}

func (g Guard) knows(host string) bool {
	return loopback(host) || slices.ContainsFunc(g.Hosts, func(name string) bool {
		return strings.EqualFold(strings.Trim(name, "[]"), host)
	})
}

// hostOf is a Host field without its port.
func hostOf(field string) string {
	if host, _, err := net.SplitHostPort(field); err == nil {
		field = host
	}
	return strings.Trim(strings.TrimSuffix(field, "."), "[]")
}

// loopback reports whether a name or address is this machine's own.
func loopback(host string) bool {
	host = strings.ToLower(host)
	if host == "localhost" || strings.HasSuffix(host, ".localhost") { // RFC 6761 §6.3
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// near reports whether a request comes from this machine.
func near(r *http.Request) bool {
	return loopback(hostOf(r.RemoteAddr))
}
