// Package keysource finds keys where they are: in a value that was read, behind the
// URL of a JWK Set, or where an issuer says that its set is. Of what it fetches it
// can keep a copy on disk.
package keysource

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/issuer"
	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/web"
)

// A Source is somewhere keys come from.
type Source interface {
	// Keys are the source's keys. A source that can ask again does so if it has
	// none with this key ID; an empty kid asks for nothing in particular.
	Keys(ctx context.Context, kid string) (key.Set, error)
	// String says where the keys come from, never what they are.
	String() string
	// Facts are what was found out on the way, so far.
	Facts() Facts
}

// Facts are what a caller should know about how keys were come by.
type Facts struct {
	Cached  time.Time   // when the keys were fetched, if they were in the cache; else zero
	Stale   bool        // that is longer ago than their server wants
	Refused *CacheError // why the cache is not used; nil if it is, or there is none

	// Elsewhere is where the keys of an issuer are if that is another host, as
	// [web.Redact] shows it; else empty.
	Elsewhere string

	// Type is the media type that a server has just said its set is; else empty.
	Type string
}

// A Kind says what a reference names.
type Kind string

const (
	Secret Kind = "secret" // the bytes of an HMAC secret
	Key    Kind = "key"    // a key or a set in any format
	JWKS   Kind = "jwks"   // the same, or the URL of a JWK Set
	Issuer Kind = "issuer" // the URL of an issuer, as its tokens have it in "iss"
	Token  Kind = "token"  // the thumbprint of the key that a token brings along: there is nothing to read
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
	// Password gives the password of what was read, if that is encrypted; see
	// [key.ParseEncrypted]. It may be nil.
	Password func() ([]byte, error)
	HTTP     *web.Client // nil is the zero Client

	// Cache is the directory where documents are kept that came from another machine
	// over https by a client that changes nothing about it; "" keeps none.
	Cache   string
	Refresh bool             // asks for what the cache has, too
	Offline bool             // asks nobody: the cache has it, whatever its age, or nothing has
	Now     func() time.Time // for the age of what is kept; nil is time.Now

	// get replaces HTTP's in tests, which have no other machine to ask.
	get func(ctx context.Context, address string, limit int64) (*web.Response, error)
}

// Open makes a source. The keys of a value are read at once, those behind a URL
// when they are asked for. Errors are [*OriginError], [*web.Error] or those of
// Read.
func (o Opener) Open(ref Ref) (Source, error) {
	if ref.Kind == Token {
		return given{origin: "the token itself"}, nil
	}
	if ref.Kind == Issuer {
		if _, err := issuer.Check(ref.Value); err != nil {
			return nil, err
		}
		return &remote{issuer: ref.Value, fetcher: o.fetcher()}, nil
	}
	if ref.Kind == JWKS && isURL(ref.Value) {
		if _, err := web.Check(ref.Value); err != nil {
			return nil, err
		}
		return &remote{url: ref.Value, fetcher: o.fetcher()}, nil
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
		set, err = key.ParseEncrypted(data, o.Password)
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
func (g given) Facts() Facts                                  { return Facts{} }

// remote is a JWK Set behind a URL. It is fetched once, and a failure is as final
// as a set: a million tokens do not ask a dead server a million times.
type remote struct {
	fetcher *fetcher
	issuer  string // whose set it is, if its URL was not given

	mu   sync.Mutex // many tokens may be judged at once
	url  string     // of an issuer's set: "" until it is known
	done bool
	set  key.Set
	err  error
	kept *entry // what the set was read from, if that was in the cache
	kind string // the media type of the answer it was read from

	again    bool  // the server was asked for a key that the cache had not
	againErr error // and gave no answer
}

func (r *remote) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return web.Redact(cmp.Or(r.url, r.issuer))
}

// Keys gives the same answer every time, but for one: a set from the cache that
// lacks the key is fetched once again, as its issuer may have a new key by now.
// Errors are [*web.Error], [*web.StatusError], [*OfflineError] or [*issuer.Error].
func (r *remote) Keys(ctx context.Context, kid string) (key.Set, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.done {
		set, err := r.load(ctx, r.fetcher.refresh)
		if err != nil && ctx.Err() != nil {
			return key.Set{}, err // the caller gave up, not the server
		}
		r.done, r.set, r.err = true, set, err
	}
	if r.err != nil || r.kept == nil || r.fetcher.offline || kid == "" || names(r.set, kid) {
		return r.set, r.err
	}
	if !r.again {
		set, err := r.load(ctx, true)
		if err != nil && ctx.Err() != nil {
			return key.Set{}, err
		}
		r.again, r.againErr = true, err
		if err == nil {
			r.set = set
		}
	}
	if r.againErr != nil {
		return key.Set{}, r.againErr // that no key has this ID is not known
	}
	return r.set, nil
}

func (r *remote) load(ctx context.Context, again bool) (key.Set, error) {
	if r.issuer != "" { // which may have moved its keys by now
		keys, err := discover(ctx, r.fetcher, r.issuer, again)
		if err != nil {
			return key.Set{}, err
		}
		r.url = keys
	}
	set, kept, err := fetch(ctx, r.fetcher, r.url, again, func(response *web.Response) (key.Set, error) {
		r.kind = response.Header.Get("Content-Type")
		return readSet(response)
	})
	if err == nil {
		r.kept = kept
	}
	return set, err
}

func (r *remote) Facts() Facts {
	r.mu.Lock()
	defer r.mu.Unlock()
	facts := Facts{Refused: r.fetcher.refused, Type: r.kind}
	if r.issuer != "" && r.url != "" && !issuer.SameHost(r.issuer, r.url) {
		facts.Elsewhere = web.Redact(r.url)
	}
	if r.kept != nil {
		facts.Cached, facts.Stale = r.kept.Fetched, !r.kept.fresh(r.fetcher.now())
	}
	return facts
}

// names reports whether a set has something with this key ID, usable or not.
func names(set key.Set, kid string) bool {
	return slices.Contains(set.IDs(), kid) ||
		slices.ContainsFunc(set.Unusable, func(u key.Unusable) bool { return u.ID == kid })
}

// readSet takes the keys out of an answer. Secrets, which only a mistake can have
// published, are refused. Private keys verify as well as their public halves do;
// they are marked, so that the caller can tell that they are known.
func readSet(response *web.Response) (key.Set, error) {
	const want = "a JWK Set"
	if response.Status != http.StatusOK {
		return key.Set{}, response.Not(want, "")
	}
	set, err := key.ParsePublished(response.Body)
	if err != nil {
		metadata, _ := strict.ParseObject(response.Body)
		if _, says := metadata.Text("jwks_uri"); says {
			return key.Set{}, &MetadataError{response.Not(want, "is what an issuer says about itself")}
		}
		return key.Set{}, response.Not(want, predicate(err))
	}
	return refuseSecrets(set), nil
}

// A MetadataError is what an issuer says about itself, where its keys were wanted.
type MetadataError struct{ *web.StatusError }

func (e *MetadataError) Unwrap() error { return e.StatusError }

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
	sort.SliceStable(kept.Unusable, func(i, j int) bool { return kept.Unusable[i].Index < kept.Unusable[j].Index })
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
