package serve

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/alg"
	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/sign"
	"github.com/jwt-toolkit/jwt/pkg/strict"
)

// MaxLifetime is how long a token of an [Issuer] is good at most. Its key is for
// development, and should a token get out, it is soon worthless.
const MaxLifetime = time.Hour

const (
	// keysFor is how long, in seconds, others may keep the published keys. A
	// development issuer has new ones each time it is started.
	keysFor = 60

	// maxKeys is how many keys are published at most; the oldest goes first.
	maxKeys = 100
)

// Paths of what an Issuer publishes.
const (
	JWKSPath          = "/.well-known/jwks.json"
	ConfigurationPath = "/.well-known/openid-configuration"       // OpenID Connect Discovery 1.0 §4
	MetadataPath      = "/.well-known/oauth-authorization-server" // RFC 8414 §3: the same document
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

// An Issuer makes tokens, and publishes the keys that they are verified with. It
// is an http.Handler for its documents; tokens it gives to its owner only. All of
// it may be used concurrently, but for Now, which is set before anything else.
type Issuer struct {
	Now func() time.Time // default time.Now

	url   string
	mux   http.ServeMux
	mu    sync.Mutex
	keys  []issuerKey // the last one signs
	extra []sign.Member
}

// An issuerKey is a key with its public half, as others read it.
type issuerKey struct {
	key    key.Key
	jwk    json.RawMessage
	public key.Key
	until  time.Time // when the last token that it has signed expires
}

// ErrIssuer refuses what no issuer can be made of.
var ErrIssuer = errors.New("an issuer needs its URL, and a private key whose public half it can publish")

// NewIssuer is the issuer at url, without a slash at its end: what its tokens
// have as "iss", and where it is reached. Its error is [ErrIssuer].
func NewIssuer(url string, k key.Key) (*Issuer, error) {
	first, err := newIssuerKey(k)
	if err != nil || url == "" {
		return nil, ErrIssuer
	}
	i := &Issuer{url: strings.TrimSuffix(url, "/"), keys: []issuerKey{first}}
	i.mux.Handle("GET "+JWKSPath, document("application/jwk-set+json", i.jwks)) // RFC 7517 §8.5.2
	i.mux.Handle("GET "+ConfigurationPath, document("application/json", i.configuration))
	i.mux.Handle("GET "+MetadataPath, document("application/json", i.configuration))
	return i, nil
}

func newIssuerKey(k key.Key) (issuerKey, error) {
	k = named(k)
	jwk, err := k.PublicJWK()
	if err != nil || k.Private() == nil || len(alg.For(k)) == 0 {
		return issuerKey{}, ErrIssuer
	}
	read, err := key.ParsePublished(jwk)
	if err != nil || len(read.Keys) != 1 {
		return issuerKey{}, ErrIssuer
	}
	return issuerKey{key: k, jwk: jwk, public: read.Keys[0]}, nil
}

// document answers with a text that others may keep for a while.
func document(mediaType string, text func() []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", mediaType)
		w.Header().Set("Cache-Control", "public, max-age="+strconv.Itoa(keysFor))
		_, _ = w.Write(text()) // who asked has gone, if it fails
	}
}

func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) { i.mux.ServeHTTP(w, r) }

// URL is what the issuer's tokens have as "iss".
func (i *Issuer) URL() string { return i.url }

// Rotate makes k the key that signs from now on. Those before it stay published
// until the last token that they have signed has expired; then they are retired.
// Its error is [ErrIssuer].
func (i *Issuer) Rotate(k key.Key) error {
	next, err := newIssuerKey(k)
	if err != nil {
		return err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.retire()
	// A key that is given again is not published twice.
	i.keys = slices.DeleteFunc(i.keys, func(old issuerKey) bool {
		if old.key.ID == next.key.ID {
			next.until = old.until
			return true
		}
		return false
	})
	i.keys = append(i.keys, next)
	if excess := len(i.keys) - maxKeys; excess > 0 {
		i.keys = slices.Delete(i.keys, 0, excess)
	}
	return nil
}

// Renew makes a new key like the one that signs, and rotates to it. It returns the
// key's ID.
func (i *Issuer) Renew() (kid string, err error) {
	now := i.signs(time.Time{})
	next, err := key.New(now.Kind(), now.Bits())
	if err != nil {
		return "", err
	}
	next.Alg = now.Alg
	next = named(next)
	return next.ID, i.Rotate(next)
}

// retire drops the keys of which no token is left. The one that signs stays.
func (i *Issuer) retire() {
	now, last := clock(i.Now), i.keys[len(i.keys)-1].key.ID
	i.keys = slices.DeleteFunc(i.keys, func(k issuerKey) bool { return k.key.ID != last && !now.Before(k.until) })
}

func (i *Issuer) published() []issuerKey {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.retire()
	return slices.Clone(i.keys)
}

// Keys are the issuer's public keys, the one that signs last.
func (i *Issuer) Keys() key.Set {
	var set key.Set
	for _, k := range i.published() {
		set.Keys = append(set.Keys, k.public)
	}
	return set
}

// jwks lists the key that signs first: who looks at one only looks at that.
func (i *Issuer) jwks() []byte {
	var list [][]byte
	for _, k := range i.published() {
		list = append(list, k.jwk)
	}
	slices.Reverse(list)
	return append(append([]byte(`{"keys":[`), bytes.Join(list, []byte(","))...), "]}"...)
}

// configuration is what an issuer has to say of itself (OpenID Connect Discovery
// 1.0 §3, RFC 8414 §2), and what was added to it.
func (i *Issuer) configuration() []byte {
	object, _ := sign.Merge(strict.Object{}, append([]sign.Member{ // names of ours, each once
		{Name: "issuer", Value: strict.Quote(i.url)},
		{Name: "jwks_uri", Value: strict.Quote(i.url + JWKSPath)},
	}, i.extra...))
	return object.Raw()
}

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
	expires := now.Add(lifetime)
	claims, err := sign.Merge(claims, []sign.Member{
		{Name: "iss", Value: strict.Quote(i.url)},
		{Name: "iat", Value: seconds(now)},
		{Name: "exp", Value: seconds(expires)},
	})
	if err != nil {
		return "", err
	}
	if err := sign.Check(claims, strict.Object{}); err != nil {
		return "", err
	}
	k := i.signs(expires)
	algorithm := alg.For(k)[0]
	header, err := sign.Merge(strict.Object{}, []sign.Member{
		{Name: "alg", Value: strict.Quote(algorithm.Name)},
		{Name: "typ", Value: strict.Quote("JWT")},
		{Name: "kid", Value: strict.Quote(k.ID)},
	})
	if err != nil {
		return "", err
	}
	return sign.Token(algorithm, k, header, claims)
}

// signs is the key for a token that expires then; it is published for as long.
func (i *Issuer) signs(expires time.Time) key.Key {
	i.mu.Lock()
	defer i.mu.Unlock()
	k := &i.keys[len(i.keys)-1]
	if expires.After(k.until) {
		k.until = expires
	}
	return k.key
}

func seconds(t time.Time) json.RawMessage { return strconv.AppendInt(nil, t.Unix(), 10) }

func clock(now func() time.Time) time.Time {
	if now == nil {
		return time.Now()
	}
	return now()
}

// random is a text that nobody can guess, of 128 bits.
func random() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	return strict.EncodeBase64URL(b)
}
