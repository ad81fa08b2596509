package verify

import (
	"crypto/sha256"
	"fmt"
	"net/url"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/strict"
)

// checkEmbedded: the key that the token brings along is the public one with the
// thumbprint that the policy has (RFC 9449 §4.3, rules 7 and 12). This is the only
// way for a token to bring its key.
func checkEmbedded(j *judgement) {
	want := j.policy.Thumbprint
	if want == "" {
		return
	}
	j.keys = key.Set{}
	c := Check{ID: "jwk", Code: "unusable-key", Want: want, Outcome: NoKey}
	value, found := j.token.Header.Get("jwk")
	object, _ := strict.ParseObject(value)
	_, isSet := object.Get("keys")
	set, err := key.Parse(value)
	switch {
	case !found:
		c.Code, c.Detail = "missing", "the header has none: the token does not bring its key along"
	case isSet: // whatever else it is: of two readers, each could take another
		c.Detail = "is a set of keys, not one"
	case err != nil:
		c.Detail = "cannot be used: " + err.Error()
	case len(object.Raw()) == 0 || len(set.Keys) != 1:
		c.Detail = "is no JWK"
	case set.Keys[0].Kind() == key.Secret:
		c.Detail = "is a secret, which proves nothing: the token gives it away"
	case set.Keys[0].Private() != nil:
		c.Detail = "is a private key: whoever has seen the token can make another"
	case set.Keys[0].Thumbprint() != want:
		c.Code, c.Got = "wrong-jwk", set.Keys[0].Thumbprint()
		c.Detail = fmt.Sprintf("has the thumbprint %s; %s is expected", c.Got, want)
	default:
		j.keys = set
		j.pass("jwk", want, "has the thumbprint "+want)
		return
	}
	j.fail(c)
}

// checkMethod: the method of the request that a proof is for (RFC 9449 §4.2).
func checkMethod(j *judgement) {
	if j.policy.Thumbprint != "" {
		j.checkText("htm", "method", j.policy.Method)
	}
}

// checkURI: the target of the request, but for query and fragment, after the
// normalisation of RFC 3986 §6.2.2 and §6.2.3 (RFC 9449 §4.3, rule 9).
func checkURI(j *judgement) {
	if j.policy.Thumbprint == "" {
		return
	}
	value, found := j.claim("htu")
	got, isText := strict.Text(value)
	target, err := targetOf(got)
	c := Check{ID: "htu", Code: "wrong-htu", Want: j.policy.URI, Got: show(value), Outcome: ClaimMismatch}
	want, wantErr := "", error(nil)
	if j.policy.URI != "" {
		want, wantErr = targetOf(j.policy.URI)
	}
	switch {
	case !found && want == "" && wantErr == nil: // that it must be there, others demand
		return
	case !found:
		c.Code, c.Detail = "missing", fmt.Sprintf("%s is expected; the token has none", strict.Quote(j.policy.URI))
	case !isText:
		c.Code, c.Detail = "claim-type", "must be a string; the token has "+shown(value)
	case err != nil:
		c.Code, c.Detail = "claim-type", fmt.Sprintf("is no http URL: %s", strict.Quote(got))
	case wantErr != nil:
		c.Detail = fmt.Sprintf("what is expected is no http URL: %s", strict.Quote(j.policy.URI))
	case want == "":
		j.unchecked("htu", "no URL was expected; the token says %s", strict.Quote(got))
		return
	case target != want:
		c.Detail = fmt.Sprintf("%s is expected; the token says %s", strict.Quote(want), strict.Quote(got))
		if c.Near = near(want, target); withoutScheme(want) == withoutScheme(target) {
			c.Near = NearScheme
		}
	default:
		j.pass("htu", got, "")
		return
	}
	j.fail(c)
}

// NearScheme is the near miss, by [Check].Near, of a URL that is http for one and
// https for the other, as for an application behind a proxy.
const NearScheme = "scheme"

func withoutScheme(target string) string {
	_, rest, _ := strings.Cut(target, "://")
	return rest
}

// targetOf is a URL as two programs that write it differently agree on it. Query
// and fragment are left out.
func targetOf(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil {
		return "", err
	}
	scheme, host := lower(u.Scheme), lower(u.Host)
	defaultPort, known := map[string]string{"http": ":80", "https": ":443"}[scheme]
	if !known || u.Hostname() == "" || u.User != nil {
		return "", fmt.Errorf("%s is no http URL", strict.Quote(text))
	}
	host = strings.TrimSuffix(strings.TrimSuffix(host, defaultPort), ":")
	// First the escapes, as one of them may be a dot.
	if u, err = url.Parse(scheme + "://" + host + "/" + strings.TrimPrefix(unescapeUnreserved(u.EscapedPath()), "/")); err != nil {
		return "", err
	}
	return scheme + "://" + host + (&url.URL{}).ResolveReference(u).EscapedPath(), nil // without "." and ".."
}

// unescapeUnreserved writes octets that need no escape as they are and the digits
// of the others in upper case (RFC 3986 §6.2.2.1, §6.2.2.2). The escapes are sound.
func unescapeUnreserved(path string) string {
	const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		if path[i] != '%' {
			b.WriteByte(path[i])
			continue
		}
		escape := path[i : i+3]
		i += 2
		if plain, err := url.PathUnescape(escape); err == nil && strings.Contains(unreserved, plain) {
			b.WriteString(plain)
		} else {
			b.WriteString(strings.ToUpper(escape))
		}
	}
	return b.String()
}

// checkAccessToken: the proof is for a request with this access token, of which it
// has the hash (RFC 9449 §4.2).
func checkAccessToken(j *judgement) {
	if j.policy.Thumbprint == "" {
		return
	}
	if j.policy.AccessToken == "" {
		if _, found := j.claim("ath"); found {
			j.unchecked("ath", "no access token was given; the token is for a request with one")
		}
		return
	}
	sum := sha256.Sum256([]byte(j.policy.AccessToken))
	j.checkText("ath", "hash of the access token", strict.EncodeBase64URL(sum[:]))
}
