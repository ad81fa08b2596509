package keysource

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/web"
)

// An IssuerError says that a document cannot be the one in which an issuer says
// where its keys are.
type IssuerError struct {
	URL   string // of the document, as [web.Redact] shows it
	Why   string // a predicate; may quote the document
	Slash string // the issuer that it is of, if only a slash at the end is different
}

func (e *IssuerError) Error() string { return e.URL + ": " + e.Why }

// checkIssuer reads the URL of an issuer, which has neither user nor query nor
// fragment (OpenID Connect Discovery 1.0 §3, RFC 8414 §2).
func checkIssuer(issuer string) (*url.URL, error) {
	target, err := web.Check(issuer)
	if err != nil {
		return nil, err
	}
	if target.User != nil || strings.ContainsAny(issuer, "?#") {
		return nil, &web.Error{URL: web.Redact(issuer), Fault: web.BadURL, Why: "has more than host and path, which no issuer's URL has"}
	}
	return target, nil
}

// metadataURLs are where an issuer says what it is: behind its path for OpenID
// Connect (Discovery 1.0 §4.1), before it for OAuth 2.0 (RFC 8414 §3.1).
func metadataURLs(issuer *url.URL) [2]string {
	host := issuer.Scheme + "://" + issuer.Host
	path := strings.TrimSuffix(issuer.EscapedPath(), "/")
	return [2]string{
		host + path + "/.well-known/openid-configuration",
		host + "/.well-known/oauth-authorization-server" + path,
	}
}

// discover finds the URL of an issuer's keys; again asks for what the cache has, too.
func discover(ctx context.Context, f *fetcher, issuer string, again bool) (keys string, err error) {
	target, err := checkIssuer(issuer)
	if err != nil {
		return "", err
	}
	var first error
	for _, address := range metadataURLs(target) {
		keys, _, err := fetch(ctx, f, address, again, func(r *web.Response) (string, error) { return readMetadata(r, issuer, target.Hostname()) })
		switch err.(type) { //nolint:errorlint // as they were made
		case *StatusError, *OfflineError: // it may have the other
		default:
			return keys, err
		}
		if first == nil {
			first = err
		}
	}
	return "", first
}

// readMetadata takes the URL of the keys out of an issuer's metadata, which must be
// that issuer's own: else whoever can answer for one issuer could have the tokens
// of another judged by his keys (RFC 8414 §6.2).
func readMetadata(response *web.Response, issuer, host string) (keys string, err error) {
	const want = "issuer metadata"
	if response.Status != http.StatusOK {
		return "", unwanted(response, want, nil)
	}
	metadata, err := strict.ParseObject(response.Body)
	if err != nil {
		return "", unwanted(response, want, err)
	}
	named, ok := metadata.Text("issuer")
	if !ok {
		return "", &IssuerError{URL: response.URL, Why: "names no issuer"}
	}
	if named != issuer { // code point by code point (RFC 8414 §3.3)
		e := &IssuerError{URL: response.URL, Why: "is of another issuer, " + shown(named)}
		if strings.TrimSuffix(named, "/") == strings.TrimSuffix(issuer, "/") {
			e.Slash, e.Why = named, "is of the issuer "+shown(named)+", which differs by a slash at the end"
		}
		return "", e
	}
	keys, ok = metadata.Text("jwks_uri")
	if !ok {
		return "", &IssuerError{URL: response.URL, Why: "names no jwks_uri"}
	}
	if why := misplaced(keys, host); why != "" {
		return "", &IssuerError{URL: response.URL, Why: "has the jwks_uri " + shown(keys) + ", which " + why}
	}
	return keys, nil
}

// misplaced says, as a predicate, why an issuer's keys cannot be at this URL; ""
// if they can. Nobody on the internet is to choose what is asked on this machine
// or in its network. A name that leads there is let through: over https, what is
// there would have to prove that name.
func misplaced(keys, issuerHost string) string {
	at, err := web.Check(keys)
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
