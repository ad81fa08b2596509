// Package keysource finds keys where they are: in a value that was read, or
// behind the URL of a JWK Set.
package keysource

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/web"
)

// maxSetSize is the longest JWK Set that is read from a URL, in bytes. The sets
// of the largest issuers have some 20 KiB.
const maxSetSize = 1 << 20

// A Source is somewhere keys come from.
type Source interface {
	// Keys are the source's keys. A source that can ask again does so if it has
	// none with this key ID; an empty kid asks for nothing in particular.
	Keys(ctx context.Context, kid string) (key.Set, error)
	// String says where the keys come from, never what they are.
	String() string
}

// A Kind says what a reference names.
type Kind string

const (
	Secret Kind = "secret" // the bytes of an HMAC secret
	Key    Kind = "key"    // a key or a set in any format
	JWKS   Kind = "jwks"   // the same, or the URL of a JWK Set
)

// A Ref names keys: what kind of reference it is, and its value in the caller's
// grammar of values.
type Ref struct {
	Kind  Kind
	Value string
}

// An Opener turns references into sources. Its fields are its only contact with
// the world.
type Opener struct {
	// Read gives the bytes that a value stands for, and a name for where they
	// come from ("file key.pem").
	Read func(value string) (data []byte, origin string, err error)
	HTTP *web.Client // nil is the zero Client
}

// Open makes a source. The keys of a value are read at once, those behind a URL
// when they are asked for. Errors are [*OriginError], [*web.Error] or those of
// Read.
func (o Opener) Open(ref Ref) (Source, error) {
	if ref.Kind == JWKS && isURL(ref.Value) {
		if _, err := web.Check(ref.Value); err != nil {
			return nil, err
		}
		client := o.HTTP
		if client == nil {
			client = &web.Client{}
		}
		return &remote{url: ref.Value, client: client}, nil
	}
	data, origin, err := o.Read(ref.Value)
	if err != nil {
		return nil, err
	}
	var set key.Set
	if ref.Kind == Secret {
		var k key.Key
		k, err = key.NewSecret(data)
		set.Keys = []key.Key{k}
	} else {
		set, err = key.Parse(data)
	}
	if err != nil {
		return nil, &OriginError{Origin: origin, Err: err}
	}
	return given{set, origin}, nil
}

func isURL(value string) bool {
	scheme, _, ok := strings.Cut(value, "://")
	return ok && (strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "http"))
}

// An OriginError says where the thing came from that Err is about.
type OriginError struct {
	Origin string
	Err    error
}

func (e *OriginError) Error() string { return e.Origin + ": " + e.Err.Error() }
func (e *OriginError) Unwrap() error { return e.Err }

// given is keys that were read already.
type given struct {
	set    key.Set
	origin string
}

func (g given) Keys(context.Context, string) (key.Set, error) { return g.set, nil }
func (g given) String() string                                { return g.origin }

// remote is a JWK Set behind a URL. It is fetched once, and a failure is as final
// as a set: a million tokens do not ask a dead server a million times.
type remote struct {
	url    string
	client *web.Client

	mu   sync.Mutex // many tokens may be judged at once
	done bool
	set  key.Set
	err  error
}

func (r *remote) String() string { return web.Redact(r.url) }

// Keys gives the same answer every time. Errors are [*web.Error] or [*StatusError].
func (r *remote) Keys(ctx context.Context, _ string) (key.Set, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.done {
		return r.set, r.err
	}
	set, err := r.fetch(ctx)
	if err != nil && ctx.Err() != nil {
		return key.Set{}, err // the caller gave up, not the server
	}
	r.done, r.set, r.err = true, set, err
	return set, err
}

func (r *remote) fetch(ctx context.Context) (key.Set, error) {
	response, err := r.client.Get(ctx, r.url, maxSetSize)
	if err != nil {
		return key.Set{}, err
	}
	return read(response)
}

// A StatusError says that a server answered, but not with keys.
type StatusError struct {
	URL    string
	Status int    // HTTP
	Type   string // the media type of the answer
	Why    string // a predicate; empty if it is the status that is wrong
}

func (e *StatusError) Error() string {
	if e.Why != "" {
		return e.URL + ": the answer " + e.Why
	}
	status := strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status)))
	return fmt.Sprintf("%s: answered %s, not a JWK Set", e.URL, status)
}

// read takes the keys out of an answer. Secrets, which only a mistake can have
// published, are refused. Private keys verify as well as their public halves do;
// they are kept as they are, so that the caller can tell that they are known.
func read(response *web.Response) (key.Set, error) {
	fail := &StatusError{URL: response.URL, Status: response.Status, Type: response.Header.Get("Content-Type")}
	if response.Status != http.StatusOK {
		return key.Set{}, fail
	}
	set, err := key.ParsePublished(response.Body)
	if err != nil {
		encoding := response.Header.Get("Content-Encoding")
		switch {
		case encoding != "" && encoding != "identity":
			fail.Why = "is compressed, which was not asked for: " + encoding
		case strings.HasPrefix(strings.ToLower(fail.Type), "text/html"):
			fail.Why = "is a web page, not a JWK Set"
		default:
			fail.Why = "is no JWK Set: it " + predicate(err)
		}
		return key.Set{}, fail
	}
	return refuseSecrets(set), nil
}

// refuseSecrets makes the secrets of a set unusable, each at its place in the source.
func refuseSecrets(set key.Set) key.Set {
	kept := key.Set{Unusable: slices.Clone(set.Unusable)}
	place := 0
	for _, k := range set.Keys {
		for slices.ContainsFunc(set.Unusable, func(u key.Unusable) bool { return u.Index == place }) {
			place++
		}
		if k.Kind() == key.Secret {
			kept.Unusable = append(kept.Unusable, key.Unusable{Index: place, ID: k.ID, Why: "is a secret, which a public URL must never have"})
		} else {
			kept.Keys = append(kept.Keys, k)
		}
		place++
	}
	slices.SortFunc(kept.Unusable, func(a, b key.Unusable) int { return a.Index - b.Index })
	return kept
}

func predicate(err error) string {
	if errors.Is(err, key.ErrUnknownFormat) {
		return "is neither JSON with keys nor PEM"
	}
	if unusable, ok := errors.AsType[*key.UnusableError](err); ok {
		return unusable.Why
	}
	return err.Error()
}
