package wire

import (
	"net/url"
	"slices"
	"strings"
)

// Redirects reports whether an answer sends its reader elsewhere (RFC 9110 §15.4).
func (r *Response) Redirects() bool {
	return slices.Contains([]int{301, 302, 303, 307, 308}, r.Status) && r.Get("Location") != ""
}

// MethodAfter is what a client asks with after a redirect: GET in place of what may
// not be asked twice. It asks again as before after 307 and 308, and always with GET
// and HEAD (RFC 9110 §15.4.2-4, and the Fetch standard, "HTTP-redirect fetch").
func MethodAfter(status int, method string) string {
	if status == 303 && method != "HEAD" || (status == 301 || status == 302) && method == "POST" {
		return "GET"
	}
	return method
}

// Why a redirect leads nowhere: stable words.
const (
	Unclear = "unclear-location" // no URL, or one that clients read differently
	NoHTTP  = "no-http"          // neither http nor https
)

// Leads is where a Location field leads from a URL, without user and fragment; nil with
// the reason if nobody can be asked there. Browsers take a backslash for a slash, three
// slashes for two, and leave white space out, which others do not: all that is unclear.
func Leads(from *url.URL, location string) (to *url.URL, why string) {
	if strings.HasPrefix(location, "///") || strings.ContainsFunc(location, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f }) {
		return nil, Unclear
	}
	to, err := from.Parse(location)
	switch {
	case err != nil:
		return nil, Unclear
	case to.Scheme != "http" && to.Scheme != "https":
		return nil, NoHTTP
	case to.Hostname() == "":
		return nil, Unclear
	}
	to.User, to.Fragment, to.RawFragment = nil, "", ""
	return to, ""
}

// SameHost compares the hosts of two URLs without their ports. Names compare in ASCII
// alone: what only Unicode calls equal is another host, as is one with a dot at its end.
func SameHost(a, b *url.URL) bool { return lower(a.Hostname()) == lower(b.Hostname()) }

// SameOrigin compares scheme, host and port (RFC 6454 §5).
func SameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && SameHost(a, b) && Port(a) == Port(b)
}

// Secured reports whether a URL is another one with https in place of http, each at
// the port it has by default: the same server, as everybody has it.
func Secured(from, to *url.URL) bool {
	return from.Scheme == "http" && to.Scheme == "https" && SameHost(from, to) && Port(from) == "80" && Port(to) == "443"
}

// Port is the port that a URL leads to.
func Port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

func lower(host string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, host)
}

// ToLogin reports whether a redirect leads to where people log in. What is asked may
// have such a path itself, and a slash at its end, or another host, makes it no login.
func ToLogin(from, to *url.URL) bool {
	moved := SameHost(from, to) || strings.TrimSuffix(from.Path, "/") == strings.TrimSuffix(to.Path, "/")
	return loginPage(to) && (!moved || !loginPage(from))
}

// loginPage reports whether people log in at a URL.
func loginPage(target *url.URL) bool {
	host, path := strings.ToLower(target.Hostname()), strings.ToLower(target.Path)
	for _, known := range []string{"accounts.google.com", "login.microsoftonline.com", "cloudflareaccess.com"} {
		if host == known || strings.HasSuffix(host, "."+known) {
			return true
		}
	}
	for segment := range strings.SplitSeq(path, "/") {
		if slices.Contains([]string{"login", "signin", "sign-in", "sign_in", "log-in", "sso", "authorize", "auth-login"}, strings.TrimSuffix(strings.TrimSuffix(segment, ".html"), ".php")) {
			return true
		}
	}
	return strings.Contains(path, "/oauth2/start") || strings.Contains(path, "/oauth2/sign_in")
}
