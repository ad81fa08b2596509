package web

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Check reads a URL that may be asked: https, or http to this machine. Anything
// else would let somebody on the way choose the answer. Errors are [*Error].
func Check(address string) (*url.URL, error) {
	target, err := url.Parse(address)
	switch {
	case err != nil || target.Hostname() == "" || target.Scheme != "http" && target.Scheme != "https":
		return nil, &Error{URL: Redact(address), Fault: BadURL, Why: "is not an http or https URL"}
	case target.Scheme == "http" && !Loopback(target.Hostname()):
		return nil, &Error{URL: Redact(address), Fault: Insecure, Why: "is plain http to another machine: anybody on the way can change the answer"}
	}
	return target, nil
}

// Loopback reports whether a host name or address is this machine's own. What a
// name resolves to is another matter, and judged when it is known.
func Loopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") { // RFC 6761 §6.3
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// Redact is a URL without what may be secret in it: user, query and fragment. A
// text that is no URL with a host is not shown at all.
func Redact(address string) string {
	target, err := url.Parse(address)
	if err != nil || target.Host == "" {
		return "the URL"
	}
	if target.User != nil {
		target.User = url.User("…")
	}
	if target.RawQuery != "" {
		target.RawQuery = "…"
	}
	target.Fragment = ""
	if _, err := url.Parse(target.String()); err != nil { // an address with an odd zone (RFC 6874)
		return "the URL"
	}
	return strings.ReplaceAll(target.String(), "%E2%80%A6", "…")
}

// sameOrigin compares as RFC 6454 §5 does: https://h and https://H:443 are one.
func sameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && authority(a) == authority(b)
}

// authority is the "host:port" that a URL leads to, in lower case.
func authority(target *url.URL) string {
	port := target.Port()
	switch {
	case port != "":
	case target.Scheme == "https":
		port = "443"
	case target.Scheme == "http":
		port = "80"
	}
	return net.JoinHostPort(strings.ToLower(target.Hostname()), port)
}

// resolve is the address to dial for a "host:port".
func (c *Client) resolve(address string) string {
	to, ok := c.Resolve[strings.ToLower(address)]
	if !ok {
		return address
	}
	if _, err := netip.ParseAddr(to); err != nil { // has a port of its own
		return to
	}
	_, port, _ := net.SplitHostPort(address) // net/http made it
	return net.JoinHostPort(to, port)
}

// A ResolveError says that a text is no entry for Client.Resolve.
type ResolveError struct {
	Text string
	Why  string // a predicate
}

func (e *ResolveError) Error() string { return strconv.Quote(e.Text) + " " + e.Why }

// ParseResolve reads an entry for Client.Resolve from "host:port:address", as curl
// writes it (https://curl.se/docs/manpage.html, "resolve"). Beyond curl the address
// may have a port of its own. IPv6 stands in brackets; as the address, at the end,
// it need not. Errors are [*ResolveError].
func ParseResolve(text string) (from, to string, err error) {
	fail := func(why string) (string, string, error) { return "", "", &ResolveError{text, why} }
	host, rest, _ := strings.Cut(text, ":")
	if literal, ok := strings.CutPrefix(text, "["); ok {
		host, rest, ok = strings.Cut(literal, "]:")
		if ip, err := netip.ParseAddr(host); !ok || err != nil || !ip.Is6() {
			return fail("has no IPv6 address in its brackets")
		}
	} else if !isHostName(host) {
		return fail("does not begin with a host name") // nor with curl's *, + or -
	}
	port, address, ok := strings.Cut(rest, ":")
	number, err := strconv.ParseUint(port, 10, 16)
	switch {
	case !ok:
		return fail("is not host:port:address")
	case err != nil || number == 0:
		return fail("has no port from 1 to 65535 after the host")
	}
	from = net.JoinHostPort(strings.ToLower(host), strconv.FormatUint(number, 10))

	bare := address
	if literal, ok := strings.CutPrefix(address, "["); ok {
		if literal, ok = strings.CutSuffix(literal, "]"); ok {
			bare = literal
		}
	}
	if ip, err := netip.ParseAddr(bare); err == nil {
		return from, ip.String(), nil
	}
	if ip, err := netip.ParseAddrPort(address); err == nil && ip.Port() != 0 {
		return from, ip.String(), nil
	}
	return fail("does not end in an IP address")
}

// isHostName takes what DNS is asked for in practice, underscores included.
func isHostName(host string) bool {
	outside := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '.' && r != '_'
	}
	return host != "" && host[0] != '-' && !strings.ContainsFunc(host, outside)
}
