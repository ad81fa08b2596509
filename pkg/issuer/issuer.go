// Package issuer reads what an issuer says about itself, as OpenID Connect Discovery
// 1.0 and RFC 8414 have it, and believes no more of it than it has to.
package issuer

import (
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/web"
)

// An Error says that a document cannot be the one in which an issuer says what it
// is, or has not what is looked for.
type Error struct {
	URL   string // of the document, as [web.Redact] shows it
	Why   string // a predicate; may quote the document
	Slash string // the issuer that it is of, if only a slash at the end is different
}

func (e *Error) Error() string { return e.URL + ": " + e.Why }

// Check reads the URL of an issuer, which has neither user nor query nor fragment
// (OpenID Connect Discovery 1.0 §3, RFC 8414 §2). Errors are [*web.Error].
func Check(issuer string) (*url.URL, error) {
	target, err := web.Check(issuer)
	if err != nil {
		return nil, err
	}
	if target.User != nil || strings.ContainsAny(issuer, "?#") {
		return nil, &web.Error{URL: web.Redact(issuer), Fault: web.BadURL, Why: "has more than host and path, which no issuer's URL has"}
	}
	return target, nil
}

// Documents are where an issuer says what it is, in the order in which they are
// asked for: behind its path for OpenID Connect (Discovery 1.0 §4.1), before it for
// OAuth 2.0 (RFC 8414 §3.1).
func Documents(issuer *url.URL) [2]string {
	host := issuer.Scheme + "://" + issuer.Host
	path := strings.TrimSuffix(issuer.EscapedPath(), "/")
	return [2]string{
		host + path + "/.well-known/openid-configuration",
		host + "/.well-known/oauth-authorization-server" + path,
	}
}

// Metadata is what an issuer says about itself.
type Metadata struct {
	Object strict.Object

	document string // its URL, for errors
	host     string // of the issuer
}

// Read takes an answer for the metadata of an issuer, which must be that issuer's
// own: else whoever can answer for one issuer could have the tokens of another
// judged by his keys (RFC 8414 §6.2). Errors are [*web.StatusError] and [*Error].
func Read(response *web.Response, issuer string) (Metadata, error) {
	const want = "issuer metadata"
	target, err := Check(issuer)
	if err != nil {
		return Metadata{}, err
	}
	if response.Status != http.StatusOK {
		return Metadata{}, response.Not(want, "")
	}
	object, err := strict.ParseObject(response.Body)
	if err != nil {
		return Metadata{}, response.Not(want, err.Error())
	}
	named, ok := object.Text("issuer")
	if !ok {
		return Metadata{}, &Error{URL: response.URL, Why: "names no issuer"}
	}
	if named != issuer { // code point by code point (RFC 8414 §3.3)
		e := &Error{URL: response.URL, Why: "is of another issuer, " + shown(named)}
		if strings.TrimSuffix(named, "/") == strings.TrimSuffix(issuer, "/") {
			e.Slash, e.Why = named, "is of the issuer "+shown(named)+", which differs by a slash at the end"
		}
		return Metadata{}, e
	}
	return Metadata{object, response.URL, target.Hostname()}, nil
}

// URL is the one that a member names, if it is one that this issuer may name.
// Errors are [*Error].
func (m Metadata) URL(member string) (string, error) {
	address, ok := m.Object.Text(member)
	if !ok {
		return "", &Error{URL: m.document, Why: "names no " + member}
	}
	if why := misplaced(address, m.host); why != "" {
		return "", &Error{URL: m.document, Why: "has the " + member + " " + shown(address) + ", which " + why}
	}
	return address, nil
}

// SameHost reports whether an issuer has named a URL on its own host.
func SameHost(issuer, named string) bool {
	one, err1 := url.Parse(issuer)
	other, err2 := url.Parse(named)
	return err1 == nil && err2 == nil && strings.EqualFold(one.Hostname(), other.Hostname())
}

// misplaced says, as a predicate, why an issuer cannot have something at this URL;
// "" if it can. Nobody on the internet is to choose what is asked on this machine
// or in its network. A name that leads there is let through: over https, what is
// there would have to prove that name.
func misplaced(named, issuerHost string) string {
	at, err := web.Check(named)
	if e, ok := errors.AsType[*web.Error](err); ok {
		return e.Why
	}
	switch host := at.Hostname(); {
	case at.User != nil:
		return "has a user name"
	case web.Loopback(host) && !web.Loopback(issuerHost):
		return "is on this machine, and the issuer is not"
	case inside(host) && !inside(issuerHost):
		return "is in a private network, and the issuer is not"
	}
	return ""
}

// inside reports whether a host is an address that means something else in every
// network.
func inside(host string) bool {
	ip, err := netip.ParseAddr(host)
	ip = ip.Unmap()
	return web.Loopback(host) ||
		err == nil && (ip.IsPrivate() || ip.IsLinkLocalUnicast() || ip.IsUnspecified() || ip.IsMulticast())
}

// shown is a text of a stranger in a message.
func shown(text string) string {
	const long = 200
	if len(text) > long {
		return "a text of more than 200 bytes"
	}
	return string(strict.Quote(text))
}
