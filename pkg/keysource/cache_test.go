package keysource_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/keysource"
	"github.com/jwt-toolkit/jwt/pkg/web"
)

// A world has one server, over TLS. Each opener of it is
// another run of the program, on the same machine.
type world struct {
	t      *testing.T
	server *httptest.Server
	dir    string // of the cache
	now    time.Time

	mu     sync.Mutex
	body   map[string]string // by URL
	header http.Header
	asked  []string
}

const (
	setURL  = "https://example.com/jwks.json"
	setType = "application/jwk-set+json"
)

func newWorld(t *testing.T) *world {
	w := &world{t: t, dir: filepath.Join(t.TempDir(), "cache", "jwt"), now: time.Unix(1700000000, 0), body: map[string]string{}}
	w.server = httptest.NewTLSServer(w)
	t.Cleanup(w.server.Close)
	w.body[setURL] = jwks(publicJWK)
	return w
}

func (w *world) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	address := "https://" + r.Host + r.URL.RequestURI()
	w.asked = append(w.asked, address)
	out.Header().Set("Content-Type", setType)
	for name, values := range w.header {
		out.Header()[name] = values
	}
	if w.body[address] == "" {
		out.WriteHeader(http.StatusNotFound)
	}
	_, _ = io.WriteString(out, w.body[address])
}

// client reaches the server under the name that its certificate has.
func (w *world) client() *web.Client {
	client := &web.Client{Roots: x509.NewCertPool(), Resolve: map[string]string{}}
	client.Roots.AddCert(w.server.Certificate())
	client.Resolve["example.com:443"] = w.server.Listener.Addr().String()
	return client
}

// opener is one whose client needs no help to reach the server, for all it knows.
func (w *world) opener() keysource.Opener {
	return keysource.Opener{Read: literal, Cache: w.dir, Now: func() time.Time { return w.now }}.Through(w.client().Get)
}

func (w *world) open(opener keysource.Opener, ref keysource.Ref) keysource.Source {
	w.t.Helper()
	source, err := opener.Open(ref)
	if err != nil {
		w.t.Fatal(err)
	}
	return source
}

// run asks for a key in a run of its own, and says which URLs that asked.
func (w *world) run(opener keysource.Opener, kid string) (key.Set, keysource.Facts, []string, error) {
	w.t.Helper()
	w.asked = nil
	source := w.open(opener, keysource.Ref{Kind: keysource.JWKS, Value: setURL})
	set, err := source.Keys(w.t.Context(), kid)
	return set, source.Facts(), slices.Clone(w.asked), err
}

// mustAsk is run where all must go well, with so many requests.
func (w *world) mustAsk(opener keysource.Opener, times int) keysource.Facts {
	w.t.Helper()
	set, facts, asked, err := w.run(opener, "good")
	if err != nil || len(set.Keys) != 1 || len(asked) != times {
		w.t.Fatalf("%v, %v, asked %v; want %d", set.Keys, err, asked, times)
	}
	return facts
}

func (w *world) files() []string {
	w.t.Helper()
	files, err := filepath.Glob(filepath.Join(w.dir, "*"))
	if err != nil {
		w.t.Fatal(err)
	}
	return files
}

func TestCache(t *testing.T) {
	w := newWorld(t)
	w.header = http.Header{"Cache-Control": {"public, max-age=600"}}
	if facts := w.mustAsk(w.opener(), 1); facts != (keysource.Facts{Type: setType}) {
		t.Errorf("%+v", facts)
	}
	first := w.now
	w.now = w.now.Add(599 * time.Second)
	if facts := w.mustAsk(w.opener(), 0); !facts.Cached.Equal(first) || facts.Stale {
		t.Errorf("%+v", facts)
	}
	w.now = w.now.Add(time.Second)
	offline := w.opener()
	offline.Offline = true
	if facts := w.mustAsk(offline, 0); !facts.Cached.Equal(first) || !facts.Stale {
		t.Errorf("%+v", facts)
	}
	w.mustAsk(w.opener(), 1)
	w.mustAsk(w.opener(), 0)
	refresh := w.opener()
	refresh.Refresh = true
	if facts := w.mustAsk(refresh, 1); !facts.Cached.IsZero() {
		t.Errorf("%+v", facts)
	}
	w.now = w.now.Add(-time.Hour) // by a clock that was set back, the entry is from the future
	w.mustAsk(w.opener(), 1)

	files := w.files()
	if len(files) != 1 || filepath.Base(files[0]) != "f52f9a060edd8601f23b6b7b49b486dc060e1e44fdcaf4ff67505ce9841dc500" {
		t.Errorf("kept in %v", files)
	}
	for path, mode := range map[string]os.FileMode{w.dir: 0o700 | os.ModeDir, files[0]: 0o600} {
		if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode() != mode {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
}

// What the cache lacks is asked for once in a run, however many tokens want it.
func TestRotation(t *testing.T) {
	w := newWorld(t)
	w.mustAsk(w.opener(), 1)
	w.body[setURL] = jwks(publicJWK, strings.Replace(publicJWK, "good", "new", 1))
	for _, kid := range []string{"", "good"} { // nothing that would be missing
		if set, _, asked, err := w.run(w.opener(), kid); err != nil || len(set.Keys) != 1 || len(asked) != 0 {
			t.Errorf("%q: %v, %v, asked %v", kid, set, err, asked)
		}
	}
	set, facts, asked, err := w.run(w.opener(), "new")
	if err != nil || len(set.Keys) != 2 || len(asked) != 1 || !facts.Cached.IsZero() {
		t.Errorf("%v, %v, %+v, asked %v", set, err, facts, asked)
	}

	w.asked = nil
	source := w.open(w.opener(), keysource.Ref{Kind: keysource.JWKS, Value: setURL})
	var wait sync.WaitGroup
	for i := range 32 {
		wait.Go(func() {
			if set, err := source.Keys(t.Context(), fmt.Sprint(i)); err != nil || len(set.Keys) != 2 {
				t.Errorf("%v, %v", set, err)
			}
			_, _ = source.String(), source.Facts()
		})
	}
	wait.Wait()
	if len(w.asked) != 1 {
		t.Errorf("asked %v", w.asked)
	}

	// If it cannot be asked, the keys that are known go on, and only they.
	w.body[setURL] = ""
	w.asked = nil
	source = w.open(w.opener(), keysource.Ref{Kind: keysource.JWKS, Value: setURL})
	for range 2 {
		if _, err := source.Keys(t.Context(), "gone"); !is[*web.StatusError](err) {
			t.Errorf("%v", err)
		}
		if set, err := source.Keys(t.Context(), "new"); err != nil || len(set.Keys) != 2 {
			t.Errorf("%v, %v", set, err)
		}
	}
	if len(w.asked) != 1 {
		t.Errorf("asked %v", w.asked)
	}
	offline := w.opener()
	offline.Offline = true
	if set, _, asked, err := w.run(offline, "gone"); err != nil || len(set.Keys) != 2 || len(asked) > 0 {
		t.Errorf("%v, %v, asked %v", set, err, asked)
	}
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

func TestLifetime(t *testing.T) {
	const day = 24 * time.Hour
	for _, test := range []struct {
		control, age string
		want         time.Duration
	}{
		{"", "", time.Minute},
		{"max-age=15, stale-while-revalidate=15, stale-if-error=86400", "", time.Minute}, // as Auth0 has it
		{"public, max-age=3600, must-revalidate", "", time.Hour},
		{"MAX-AGE=3600", "", time.Hour},
		{`max-age="3600"`, "", time.Hour},
		{"max-age=3600", "600", 50 * time.Minute},
		{"max-age=3600", "9999", time.Minute},
		{"max-age=3600", "x", time.Hour},
		{"max-age=604800", "", day},
		{"max-age=99999999999999999999999", "", day},
		{"max-age=-1", "", time.Minute},
		{"max-age", "", time.Minute},
		{"s-maxage=3600", "", time.Minute}, // for caches that many share
		{"no-cache, max-age=3600", "", time.Minute},
		{"no-store", "", 0},
		{"no-cache, no-store, max-age=3600, must-revalidate", "", 0},
	} {
		t.Run(test.control, func(t *testing.T) {
			w := newWorld(t)
			w.header = http.Header{"Cache-Control": {test.control}, "Age": {test.age}}
			w.mustAsk(w.opener(), 1)
			if test.want == 0 {
				w.mustAsk(w.opener(), 1)
				return
			}
			w.now = w.now.Add(test.want - time.Second)
			w.mustAsk(w.opener(), 0)
			w.now = w.now.Add(time.Second)
			w.mustAsk(w.opener(), 1)
		})
	}
}

// A file that is not what it should be is replaced, and does no harm.
func TestDamagedCache(t *testing.T) {
	for name, damage := range map[string]func(string) string{
		"empty":       func(string) string { return "" },
		"no body":     func(s string) string { head, _, _ := strings.Cut(s, "\n"); return head },
		"half":        func(s string) string { return s[:len(s)/2] },
		"cut":         func(s string) string { return s[:len(s)-1] },
		"not JSON":    func(s string) string { return "x" + s },
		"another URL": func(s string) string { return strings.Replace(s, "example.com", "example.org", 1) },
		"other keys":  func(s string) string { head, _, _ := strings.Cut(s, "\n"); return head + "\n<html>" },
		"from 2100":   func(s string) string { return strings.Replace(s, `"fetched":"20`, `"fetched":"21`, 1) },
		"wrong type":  func(s string) string { return strings.Replace(s, `"max_age":60`, `"max_age":"60"`, 1) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.mustAsk(w.opener(), 1)
			file := w.files()[0]
			good, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			bad := damage(string(good))
			if bad == string(good) {
				t.Fatal("no damage")
			}
			if err := os.WriteFile(file, []byte(bad), 0o600); err != nil {
				t.Fatal(err)
			}
			w.mustAsk(w.opener(), 1)
			w.mustAsk(w.opener(), 0)
			if now, err := os.ReadFile(file); err != nil || string(now) != string(good) {
				t.Errorf("%s, %v", now, err)
			}
			if files := w.files(); len(files) != 1 {
				t.Errorf("left behind: %v", files)
			}
		})
	}
	t.Run("lives no longer than a day", func(t *testing.T) {
		w := newWorld(t)
		w.mustAsk(w.opener(), 1)
		file := w.files()[0]
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(strings.Replace(string(text), `"max_age":60`, `"max_age":9000000`, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		w.now = w.now.Add(23 * time.Hour)
		w.mustAsk(w.opener(), 0)
		w.now = w.now.Add(time.Hour)
		w.mustAsk(w.opener(), 1)
	})
}

// A cache that others can write to is not used, and one that cannot be is not missed.
func TestUnusableCache(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes of directories mean nothing here")
	}
	w := newWorld(t)
	w.mustAsk(w.opener(), 1)
	if os.Geteuid() == 0 { // only then can it be given away
		if err := os.Chown(w.dir, 65534, -1); err != nil {
			t.Fatal(err)
		}
		if facts := w.mustAsk(w.opener(), 1); facts.Refused == nil || facts.Refused.Error() != w.dir+" belongs to another user" {
			t.Errorf("%v", facts.Refused)
		}
		if err := os.Chown(w.dir, 0, -1); err != nil {
			t.Fatal(err)
		}
	}
	for _, mode := range []os.FileMode{0o770, 0o702, 0o755} {
		if err := os.Chmod(w.dir, mode); err != nil { //nolint:gosec // what is tested
			t.Fatal(err)
		}
		facts := w.mustAsk(w.opener(), 1)
		if facts.Refused == nil || facts.Refused.Error() != w.dir+" is open to other users" {
			t.Errorf("%04o: %v", mode, facts.Refused)
		}
	}
	if err := os.Chmod(w.dir, 0o700); err != nil { //nolint:gosec // what is tested
		t.Fatal(err)
	}

	// A link in it leads nowhere.
	file := w.files()[0]
	elsewhere := filepath.Join(t.TempDir(), "entry")
	if err := errors.Join(os.Rename(file, elsewhere), os.Symlink(elsewhere, file)); err != nil {
		t.Fatal(err)
	}
	w.mustAsk(w.opener(), 1)
	w.mustAsk(w.opener(), 0)

	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"", blocked, filepath.Join(blocked, "below")} {
		w.dir = dir
		if facts := w.mustAsk(w.opener(), 1); facts.Refused != nil {
			t.Errorf("%q: %v", dir, facts.Refused)
		}
	}
}

// What came about under other rules is neither kept nor answered from what is.
func TestNotKept(t *testing.T) {
	w := newWorld(t)
	w.mustAsk(w.opener(), 1)
	for name, client := range map[string]*web.Client{
		"roots":       {Roots: x509.NewCertPool()},
		"certificate": {Certificates: []tls.Certificate{{}}},
		"resolve":     {Resolve: map[string]string{}},
		"proxy":       {Proxy: "proxy.example"},
		"insecure":    {Insecure: true},
	} {
		opener := w.opener()
		opener.HTTP = client
		if facts := w.mustAsk(opener, 1); !facts.Cached.IsZero() {
			t.Errorf("%s: from the cache", name)
		}
		opener.Offline = true
		_, _, asked, err := w.run(opener, "good")
		if e, ok := errors.AsType[*keysource.OfflineError](err); !ok || !e.Never || len(asked) > 0 {
			t.Errorf("%s: %v, asked %v", name, err, asked)
		}
	}
	before := len(w.files())

	plain, _ := serve(t, http.StatusOK, nil, jwks(publicJWK))
	opener := w.opener().Through((&web.Client{}).Get)
	if _, err := w.open(opener, keysource.Ref{Kind: keysource.JWKS, Value: plain}).Keys(t.Context(), ""); err != nil {
		t.Error(err)
	}
	for _, address := range []string{"https://localhost/jwks.json", "https://127.0.0.1/jwks.json", "https://[::1]/", "https://me:secret@example.com/jwks.json"} {
		if _, err := w.open(w.opener().Through(answering(map[string]string{address: jwks(publicJWK)})), keysource.Ref{Kind: keysource.JWKS, Value: address}).Keys(t.Context(), ""); err != nil {
			t.Error(err)
		}
	}
	w.body[setURL] = "<html>"
	refresh := w.opener()
	refresh.Refresh = true
	if _, _, _, err := w.run(refresh, "good"); !is[*web.StatusError](err) {
		t.Errorf("%v", err)
	}
	if files := w.files(); len(files) != before {
		t.Errorf("kept: %v", files)
	}
	w.mustAsk(w.opener(), 0) // a bad answer does not take the good one's place
}

func TestOffline(t *testing.T) {
	w := newWorld(t)
	opener := w.opener()
	opener.Offline = true
	_, _, asked, err := w.run(opener, "good")
	e, ok := errors.AsType[*keysource.OfflineError](err)
	if !ok || e.URL != setURL || e.Never || len(asked) > 0 {
		t.Errorf("%v, asked %v", err, asked)
	}
	set, err := w.open(opener, keysource.Ref{Kind: keysource.Key, Value: publicJWK}).Keys(t.Context(), "")
	if err != nil || len(set.Keys) != 1 {
		t.Errorf("%v, %v", set, err)
	}
}
