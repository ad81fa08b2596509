package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/alg"
	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/sign"
	"github.com/jwt-toolkit/jwt/pkg/strict"
)

// MaxLifetime is how long a token of an [Issuer] is good at most. Its key is for
// development, and should a token get out, it is soon worthless.
const MaxLifetime = time.Hour

// keysFor is how long, in seconds, others may keep the published keys. A
// development issuer has new ones each time it is started.
const keysFor = 60

// Paths of what an Issuer publishes.
const (
	JWKSPath          = "/.well-known/jwks.json"
	ConfigurationPath = "/.well-known/openid-configuration" // OpenID Connect Discovery 1.0 §4
)

// NewKey makes a key of the kind that every framework verifies, P-256, as a
// private JWK. Its kid is its thumbprint (RFC 7638).
func NewKey() (json.RawMessage, error) {
	k, err := key.New(key.P256, 0)
	if err != nil {
		return nil, err
	}
	return named(k).Encode("jwk")
}

// named is a key with all that a published one says of itself.
func named(k key.Key) key.Key {
	if !k.HasID {
		k.ID, k.HasID = k.Thumbprint(), true
	}
	if algorithms := alg.For(k); k.Alg == "" && len(algorithms) > 0 {
		k.Alg = algorithms[0].Name
	}
	k.Use = "sig"
	return k
}

// An Issuer makes tokens, and publishes the key that they are verified with. It
// is an http.Handler for its two documents; tokens it gives to its owner only.
type Issuer struct {
	Now func() time.Time // default time.Now

	url  string
	key  key.Key
	keys key.Set // its public half, as others read it
	mux  http.ServeMux
}

// ErrIssuer refuses what no issuer can be made of.
var ErrIssuer = errors.New("an issuer needs its URL, and a private key whose public half it can publish")

// NewIssuer is the issuer at url, without a slash at its end: what its tokens
// have as "iss", and where it is reached. Its error is [ErrIssuer].
func NewIssuer(url string, k key.Key) (*Issuer, error) {
	k = named(k)
	public, err := k.PublicJWK()
	if err != nil || url == "" || k.Private() == nil || len(alg.For(k)) == 0 {
		return nil, ErrIssuer
	}
	jwks := []byte(`{"keys":[` + string(public) + `]}`)
	i := &Issuer{url: strings.TrimSuffix(url, "/"), key: k}
	if i.keys, err = key.Parse(jwks); err != nil || len(i.keys.Keys) != 1 {
		return nil, ErrIssuer
	}
	configuration := fmt.Appendf(nil, `{"issuer":%s,"jwks_uri":%s}`, strict.Quote(i.url), strict.Quote(i.url+JWKSPath))
	i.mux.Handle("GET "+JWKSPath, document("application/jwk-set+json", jwks)) // RFC 7517 §8.5.2
	i.mux.Handle("GET "+ConfigurationPath, document("application/json", configuration))
	return i, nil
}

// document answers with a text that never changes.
func document(mediaType string, text []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", mediaType)
		w.Header().Set("Cache-Control", "public, max-age="+strconv.Itoa(keysFor))
		_, _ = w.Write(text) // who asked has gone, if it fails
	}
}

func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) { i.mux.ServeHTTP(w, r) }

// URL is what the issuer's tokens have as "iss".
func (i *Issuer) URL() string { return i.url }

// Keys are the issuer's public keys.
func (i *Issuer) Keys() key.Set { return i.keys }

// ErrLifetime refuses a token that is never good, or for longer than [MaxLifetime].
var ErrLifetime = errors.New("a token's lifetime is more than nothing, and at most " + MaxLifetime.String())

// Token makes a token with the given claims, good from now. Its iss, iat and exp
// are the issuer's own, whatever the claims say. Errors are [ErrLifetime] and
// [*sign.MemberError].
func (i *Issuer) Token(claims strict.Object, lifetime time.Duration) (string, error) {
	if lifetime < time.Second || lifetime > MaxLifetime {
		return "", ErrLifetime
	}
	now := clock(i.Now)
	claims, err := sign.Merge(claims, []sign.Member{
		{Name: "iss", Value: strict.Quote(i.url)},
		{Name: "iat", Value: seconds(now)},
		{Name: "exp", Value: seconds(now.Add(lifetime))},
	})
	if err != nil {
		return "", err
	}
	if err := sign.Check(claims, strict.Object{}); err != nil {
		return "", err
	}
	algorithm := alg.For(i.key)[0]
	header, err := sign.Merge(strict.Object{}, []sign.Member{
		{Name: "alg", Value: strict.Quote(algorithm.Name)},
		{Name: "typ", Value: strict.Quote("JWT")},
		{Name: "kid", Value: strict.Quote(i.key.ID)},
	})
	if err != nil {
		return "", err
	}
	return sign.Token(algorithm, i.key, header, claims)
}

func seconds(t time.Time) json.RawMessage { return strconv.AppendInt(nil, t.Unix(), 10) }

func clock(now func() time.Time) time.Time {
	if now == nil {
		return time.Now()
	}
	return now()
}
