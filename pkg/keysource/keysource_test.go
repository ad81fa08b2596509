package keysource_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/keysource"
	"github.com/jwt-toolkit/jwt/pkg/web"
)

// Keys that protect nothing, as JWKs with places for more members.
var (
	private   = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	publicJWK = fmt.Sprintf(`{"kty":"OKP","crv":"Ed25519","x":"%s","kid":"good"}`, b64(private.Public().(ed25519.PublicKey)))
	wholeJWK  = strings.Replace(publicJWK, "{", fmt.Sprintf(`{"d":"%s",`, b64(private.Seed())), 1)
)

const (
	octJWK     = `{"kty":"oct","k":"c2VjcmV0","kid":"hs"}`
	foreignJWK = `{"kty":"AKP","alg":"ML-DSA-99","pub":"AAAA","kid":"pq"}`
)

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func jwks(entries ...string) string { return `{"keys":[` + strings.Join(entries, ",") + `]}` }

// literal reads a value as itself.
func literal(value string) ([]byte, string, error) { return []byte(value), "a value", nil }

func open(t *testing.T, ref keysource.Ref) keysource.Source {
	t.Helper()
	source, err := keysource.Opener{Read: literal}.Open(ref)
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// ask opens a JWK Set behind a URL and asks for its keys.
func ask(t *testing.T, address string) (key.Set, error) {
	t.Helper()
	return open(t, keysource.Ref{Kind: keysource.JWKS, Value: address}).Keys(t.Context(), "")
}

// serve answers every request with the same, and counts them.
func serve(t *testing.T, status int, header http.Header, body string) (address string, count *atomic.Int32) {
	t.Helper()
	count = new(atomic.Int32)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		count.Add(1)
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/jwks.json", count
}

func mediaType(name string) http.Header { return http.Header{"Content-Type": {name}} }

func TestValues(t *testing.T) {
	pem, err := os.ReadFile("../../testdata/keys/ec256.pub.pem")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		ref  keysource.Ref
		want []string // the keys, printed
	}{
		"secret":           {keysource.Ref{Kind: keysource.Secret, Value: "hush"}, []string{"secret of 4 bytes"}},
		"secret with LF":   {keysource.Ref{Kind: keysource.Secret, Value: "hush\n"}, []string{"secret of 5 bytes"}},
		"secret like URL":  {keysource.Ref{Kind: keysource.Secret, Value: "https://id.example.com"}, []string{"secret of 22 bytes"}},
		"key in PEM":       {keysource.Ref{Kind: keysource.Key, Value: string(pem)}, []string{"P-256 public key"}},
		"key as JWK":       {keysource.Ref{Kind: keysource.Key, Value: wholeJWK}, []string{"Ed25519 private key"}},
		"key as oct JWK":   {keysource.Ref{Kind: keysource.Key, Value: octJWK}, []string{"secret of 6 bytes"}},
		"set as key":       {keysource.Ref{Kind: keysource.Key, Value: jwks(publicJWK, foreignJWK)}, []string{"Ed25519 public key"}},
		"set":              {keysource.Ref{Kind: keysource.JWKS, Value: jwks(publicJWK, octJWK)}, []string{"Ed25519 public key", "secret of 6 bytes"}},
		"set of one":       {keysource.Ref{Kind: keysource.JWKS, Value: publicJWK}, []string{"Ed25519 public key"}},
		"PEM as set":       {keysource.Ref{Kind: keysource.JWKS, Value: string(pem)}, []string{"P-256 public key"}},
		"set without keys": {keysource.Ref{Kind: keysource.JWKS, Value: jwks()}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			source := open(t, test.ref)
			if source.String() != "a value" {
				t.Errorf("comes from %q", source)
			}
			for _, kid := range []string{"", "no such"} {
				set, err := source.Keys(t.Context(), kid)
				if err != nil || fmt.Sprint(set.Keys) != fmt.Sprint(test.want) {
					t.Errorf("%v, %v; want %v", set.Keys, err, test.want)
				}
			}
		})
	}
}

func TestValueErrors(t *testing.T) {
	for name, ref := range map[string]keysource.Ref{
		"no secret":     {Kind: keysource.Secret, Value: ""},
		"key as secret": {Kind: keysource.Secret, Value: publicJWK},
		"no key":        {Kind: keysource.Key, Value: "hush-hush"},
		"URL as key":    {Kind: keysource.Key, Value: "https://me:hush-hush@id.example.com"},
		"bad key":       {Kind: keysource.Key, Value: foreignJWK},
		"no set":        {Kind: keysource.JWKS, Value: "hush-hush"},
		"bad JSON":      {Kind: keysource.JWKS, Value: `{"keys":[],"hush-hush":}`},
	} {
		_, err := keysource.Opener{Read: literal}.Open(ref)
		e, ok := errors.AsType[*keysource.OriginError](err)
		if !ok || e.Origin != "a value" || e.Err == nil || !strings.HasPrefix(e.Error(), "a value: ") {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if strings.Contains(e.Error(), "hush-hush") {
			t.Errorf("%s: shows what it holds: %v", name, e)
		}
	}
	if _, err := (keysource.Opener{Read: literal}).Open(keysource.Ref{Kind: keysource.Secret}); !errors.Is(err, key.ErrEmptySecret) {
		t.Errorf("cause: %v", err)
	}

	// What Read says is said as it is.
	unreadable := errors.New("unreadable")
	_, err := keysource.Opener{Read: func(string) ([]byte, string, error) { return nil, "a value", unreadable }}.
		Open(keysource.Ref{Kind: keysource.Key, Value: "x"})
	if err != unreadable { //nolint:errorlint // exactly this
		t.Errorf("%v", err)
	}
}

func TestURLIsCheckedAtOnce(t *testing.T) {
	for address, fault := range map[string]web.Fault{
		"http://id.example.com/jwks.json": web.Insecure,
		"HTTP://id.example.com/jwks.json": web.Insecure,
		"https://":                        web.BadURL,
		"https://id.example.com:port/":    web.BadURL,
	} {
		_, err := keysource.Opener{Read: literal}.Open(keysource.Ref{Kind: keysource.JWKS, Value: address})
		if e, ok := errors.AsType[*web.Error](err); !ok || e.Fault != fault {
			t.Errorf("%s: %v, want %s", address, err, fault)
		}
	}
	for address, want := range map[string]string{
		"https://me:secret@id.example.com/jwks?token=secret#secret": "https://…@id.example.com/jwks?…",
		"HTTPS://id.example.com":                                    "https://id.example.com",
	} {
		if got := open(t, keysource.Ref{Kind: keysource.JWKS, Value: address}).String(); got != want {
			t.Errorf("%s: comes from %s, want %s", address, got, want)
		}
	}
}

func TestSetBehindURL(t *testing.T) {
	const secretWhy = "is a secret, which a public URL must never have"
	for name, test := range map[string]struct {
		header   http.Header
		body     string
		keys     []string
		unusable []key.Unusable // Why: how it begins
	}{
		"good":      {nil, jwks(publicJWK), []string{"Ed25519 public key"}, nil},
		"one JWK":   {nil, publicJWK, []string{"Ed25519 public key"}, nil},
		"empty set": {nil, jwks(), nil, nil},
		"wrong content type": {
			mediaType("text/html"), jwks(publicJWK), []string{"Ed25519 public key"}, nil,
		},
		"no content type": {
			http.Header{"Content-Type": nil}, jwks(publicJWK), []string{"Ed25519 public key"}, nil,
		},
		"foreign key beside a good one": {
			nil, jwks(foreignJWK, publicJWK), []string{"Ed25519 public key"},
			[]key.Unusable{{Index: 0, ID: "pq", Why: `has alg "ML-DSA-99"`}},
		},
		"broken entries beside a good one": {
			nil, jwks("null", `"x"`, "[]", "{}", strings.Replace(publicJWK, `"x":"`, `"x":"AA`, 1), publicJWK), []string{"Ed25519 public key"},
			[]key.Unusable{{Index: 0}, {Index: 1}, {Index: 2}, {Index: 3}, {Index: 4, ID: "good"}},
		},
		"secrets are refused, at their places": {
			nil, jwks(octJWK, foreignJWK, octJWK, publicJWK, octJWK), []string{"Ed25519 public key"},
			[]key.Unusable{{Index: 0, ID: "hs", Why: secretWhy}, {Index: 1, ID: "pq", Why: "has alg"}, {Index: 2, ID: "hs", Why: secretWhy}, {Index: 4, ID: "hs", Why: secretWhy}},
		},
		"nothing but a secret": {
			nil, octJWK, nil, []key.Unusable{{Index: 0, ID: "hs", Why: secretWhy}},
		},
		"of a published private key, the public half": {
			nil, jwks(wholeJWK), []string{"Ed25519 public key"}, nil,
		},
		"as many keys as there may be": {
			nil, jwks(strings.Split(strings.Repeat(publicJWK+" ", key.MaxSetKeys-1)+publicJWK, " ")...),
			strings.Split(strings.Repeat("Ed25519 public key,", key.MaxSetKeys-1)+"Ed25519 public key", ","), nil,
		},
		"as long as it may be": {
			nil, jwks(publicJWK) + strings.Repeat(" ", 1<<20-len(jwks(publicJWK))), []string{"Ed25519 public key"}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			address, _ := serve(t, http.StatusOK, test.header, test.body)
			set, err := ask(t, address)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := fmt.Sprint(set.Keys), fmt.Sprint(test.keys); got != want {
				t.Errorf("%.200s, want %.200s", got, want)
			}
			for _, k := range set.Keys {
				if k.Leaked != strings.Contains(test.body, `"d":`) {
					t.Errorf("%s: leaked is %v", k, k.Leaked)
				}
			}
			if len(set.Unusable) != len(test.unusable) {
				t.Fatalf("unusable: %v", set.Unusable)
			}
			for i, want := range test.unusable {
				if got := set.Unusable[i]; got.Index != want.Index || got.ID != want.ID || !strings.HasPrefix(got.Why, want.Why) || got.Why == "" {
					t.Errorf("unusable %+v, want %+v", got, want)
				}
			}
		})
	}
}

func TestNoSetBehindURL(t *testing.T) {
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	_, _ = io.WriteString(writer, jwks(publicJWK))
	_ = writer.Close()

	for name, test := range map[string]struct {
		status int
		header http.Header
		body   string
		words  string
	}{
		"not found":    {404, mediaType("text/plain"), "", "answered 404 Not Found, not a JWK Set"},
		"broken":       {500, nil, "", "answered 500 Internal Server Error, not a JWK Set"},
		"own status":   {599, nil, "", "answered 599, not a JWK Set"},
		"no content":   {204, nil, "", "answered 204 No Content, not a JWK Set"},
		"part of it":   {206, nil, jwks(publicJWK), "answered 206 Partial Content, not a JWK Set"},
		"keys in 404":  {404, nil, jwks(publicJWK), "answered 404 Not Found, not a JWK Set"},
		"keys in 401":  {401, nil, jwks(publicJWK), "answered 401 Unauthorized, not a JWK Set"},
		"no Location":  {302, nil, jwks(publicJWK), "answered 302 Found, not a JWK Set"},
		"portal":       {200, mediaType("Text/HTML; charset=utf-8"), "<html>log in</html>", "the answer is a web page, not a JWK Set"},
		"text":         {200, mediaType("text/plain"), "hello", "is no JWK Set: it is neither JSON with keys nor PEM"},
		"nothing":      {200, nil, "", "is no JWK Set: it is neither JSON with keys nor PEM"},
		"half of it":   {200, nil, jwks(publicJWK)[:20], "is no JWK Set: it "},
		"another JSON": {200, nil, `{"issuer":"https://id.example.com"}`, "is no JWK Set: it "},
		"an array":     {200, nil, `[` + publicJWK + `]`, "is no JWK Set: it "},
		"bad keys":     {200, nil, `{"keys":{}}`, `is no JWK Set: it has a member "keys" that is no array`},
		"two keys":     {200, nil, `{"keys":[],"keys":[]}`, "is no JWK Set: it "},
		"two sets":     {200, nil, jwks(publicJWK) + jwks(publicJWK), "is no JWK Set: it "},
		"foreign key":  {200, nil, foreignJWK, `is no JWK Set: it has alg "ML-DSA-99"`},
		"packed":       {200, http.Header{"Content-Encoding": {"gzip"}}, packed.String(), "is compressed, which was not asked for: gzip"},
		"too many": {
			200, nil, jwks(strings.Split(strings.Repeat(`{} `, key.MaxSetKeys)+"{}", " ")...),
			"is no JWK Set: it has 1001 keys; more than 1000 are refused",
		},
	} {
		t.Run(name, func(t *testing.T) {
			address, _ := serve(t, test.status, test.header, test.body)
			set, err := ask(t, address+"?token=secret")
			e, ok := errors.AsType[*web.StatusError](err)
			if !ok {
				t.Fatalf("%v, %v", set, err)
			}
			if e.Status != test.status || !strings.HasPrefix(e.Error(), address+"?…: ") || !strings.Contains(e.Error(), test.words) {
				t.Errorf("%d, %q; want %q", e.Status, e, test.words)
			}
			if want := test.header.Get("Content-Type"); want != "" && e.Type != want {
				t.Errorf("type %q, want %q", e.Type, want)
			}
			if len(set.Keys) > 0 {
				t.Error("keys all the same")
			}
		})
	}
}

func TestNoAnswer(t *testing.T) {
	set := jwks(publicJWK)
	good, asked := serve(t, http.StatusOK, nil, set)
	away, _ := serve(t, http.StatusFound, http.Header{"Location": {good}}, "")
	loop, _ := serve(t, http.StatusFound, http.Header{"Location": {"/jwks.json"}}, "")
	long, _ := serve(t, http.StatusOK, nil, set+strings.Repeat(" ", 1<<20+1-len(set)))
	for address, fault := range map[string]web.Fault{away: web.Redirect, loop: web.Redirect, long: web.TooLong} {
		_, err := ask(t, address)
		if e, ok := errors.AsType[*web.Error](err); !ok || e.Fault != fault {
			t.Errorf("%v, want %s", err, fault)
		}
	}
	if asked.Load() > 0 {
		t.Error("another origin was asked")
	}

	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.Redirect(w, r, "/moved.json", http.StatusMovedPermanently)
			return
		}
		_, _ = io.WriteString(w, set)
	}))
	defer server.Close()
	if got, err := ask(t, server.URL); err != nil || len(got.Keys) != 1 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestFetchedOnce(t *testing.T) {
	for name, status := range map[string]int{"good": http.StatusOK, "dead": http.StatusInternalServerError} {
		t.Run(name, func(t *testing.T) {
			address, count := serve(t, status, nil, jwks(publicJWK))
			source := open(t, keysource.Ref{Kind: keysource.JWKS, Value: address})
			if count.Load() > 0 {
				t.Error("asked before anybody wanted a key")
			}
			var wait sync.WaitGroup
			for i := range 32 {
				wait.Go(func() {
					set, err := source.Keys(t.Context(), fmt.Sprint(i))
					if (err == nil) != (status == http.StatusOK) || len(set.Keys) != 1 && err == nil {
						t.Errorf("%v, %v", set, err)
					}
				})
			}
			wait.Wait()
			if n := count.Load(); n != 1 {
				t.Errorf("asked %d times", n)
			}
		})
	}
}

// A server that is not there is as final as one that answers nonsense.
func TestFailureIsRemembered(t *testing.T) {
	var down atomic.Bool
	down.Store(true)
	var count atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		count.Add(1)
		if down.Load() {
			<-r.Context().Done()
		}
		_, _ = io.WriteString(w, jwks(publicJWK))
	}))
	defer server.Close()
	source, err := keysource.Opener{Read: literal, HTTP: &web.Client{Timeout: 50 * time.Millisecond}}.
		Open(keysource.Ref{Kind: keysource.JWKS, Value: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	_, first := source.Keys(t.Context(), "")
	if e, ok := errors.AsType[*web.Error](first); !ok || e.Fault != web.TimedOut {
		t.Fatalf("%v", first)
	}
	down.Store(false)
	if _, second := source.Keys(t.Context(), ""); second != first { //nolint:errorlint // exactly this
		t.Errorf("%v, then %v", first, second)
	}
	if n := count.Load(); n > 1 {
		t.Errorf("asked %d times", n)
	}
}

// That a caller gives up says nothing of the server.
func TestInterruptionIsNotRemembered(t *testing.T) {
	var slow atomic.Bool
	arrived := make(chan struct{}, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if slow.Load() {
			arrived <- struct{}{}
			<-r.Context().Done()
		}
		_, _ = io.WriteString(w, jwks(publicJWK))
	}))
	defer server.Close()
	source := open(t, keysource.Ref{Kind: keysource.JWKS, Value: server.URL})

	slow.Store(true)
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() { <-arrived; cancel(errors.New("signal")) }()
	if _, err := source.Keys(ctx, ""); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	short, stop := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer stop()
	if _, err := source.Keys(short, ""); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("out of time: %v", err)
	}

	slow.Store(false)
	if set, err := source.Keys(t.Context(), ""); err != nil || len(set.Keys) != 1 {
		t.Errorf("%v, %v", set, err)
	}
	if set, err := source.Keys(ctx, ""); err != nil || len(set.Keys) != 1 {
		t.Errorf("known already: %v, %v", set, err)
	}
}
