package keysource_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/issuer"
	"github.com/jwt-toolkit/jwt/pkg/keysource"
	"github.com/jwt-toolkit/jwt/pkg/web"
)

const (
	openID = "/.well-known/openid-configuration"
	oauth  = "/.well-known/oauth-authorization-server"
)

type issuerError = issuer.Error

func metadata(issuer, keys string) string {
	return fmt.Sprintf(`{"issuer":%q,"authorization_endpoint":"https://example.com/authorize","jwks_uri":%q}`, issuer, keys)
}

func (w *world) issuer(opener keysource.Opener, issuer string) keysource.Source {
	w.t.Helper()
	w.asked = nil
	return w.open(opener, keysource.Ref{Kind: keysource.Issuer, Value: issuer})
}

// Where the metadata is, as the two standards have it.
func TestDiscovery(t *testing.T) {
	for _, test := range []struct {
		issuer, document string
		asked            []string
	}{
		{"https://example.com/", openID, []string{openID}}, // Auth0
		{"https://example.com", openID, []string{openID}},
		{"https://example.com/realms/a", "/realms/a" + openID, []string{"/realms/a" + openID}}, // Keycloak
		{"https://example.com/a%20b/", "/a%20b" + openID, []string{"/a%20b" + openID}},
		{"https://example.com", oauth, []string{openID, oauth}},
		{"https://example.com/a/", oauth + "/a", []string{"/a" + openID, oauth + "/a"}},
	} {
		w := newWorld(t)
		w.body["https://example.com"+test.document] = metadata(test.issuer, setURL)
		source := w.issuer(w.opener(), test.issuer)
		if source.String() != test.issuer || len(w.asked) > 0 {
			t.Errorf("before: %s, asked %v", source, w.asked)
		}
		set, err := source.Keys(t.Context(), "good")
		if err != nil || len(set.Keys) != 1 || source.String() != setURL || source.Facts() != (keysource.Facts{Type: setType}) {
			t.Errorf("%s: %v, %v from %s, %+v", test.issuer, set, err, source, source.Facts())
		}
		var want []string
		for _, path := range append(test.asked, "/jwks.json") {
			want = append(want, "https://example.com"+path)
		}
		if !slices.Equal(w.asked, want) {
			t.Errorf("asked %v, want %v", w.asked, want)
		}
	}
}

// An issuer as large ones are: a key of an unknown type, a second key, and later
// another one.
func TestIssuerRotates(t *testing.T) {
	const issuer = "https://example.com/"
	w := newWorld(t)
	second := strings.Replace(publicJWK, "good", "second", 1)
	w.body[issuer+openID[1:]] = metadata(issuer, setURL)
	w.body[setURL] = jwks(foreignJWK, publicJWK, second)
	w.header = http.Header{"Cache-Control": {"max-age=3600"}}
	if set, err := w.issuer(w.opener(), issuer).Keys(t.Context(), "second"); err != nil || len(set.Keys) != 2 || len(set.Unusable) != 1 {
		t.Errorf("%v, %v", set, err)
	}
	source := w.issuer(w.opener(), issuer)
	if set, err := source.Keys(t.Context(), "second"); err != nil || len(set.Keys) != 2 || len(w.asked) > 0 || source.Facts().Cached.IsZero() {
		t.Errorf("%v, %v, asked %v", set, err, w.asked)
	}
	w.body[setURL] = jwks(second, strings.Replace(publicJWK, "good", "third", 1))
	for range 2 {
		if set, err := source.Keys(t.Context(), "third"); err != nil || fmt.Sprint(set.IDs()) != "[second third]" || !slices.Equal(w.asked, []string{issuer + openID[1:], setURL}) {
			t.Errorf("%v, %v, asked %v", set.IDs(), err, w.asked)
		}
	}
	// The issuer moves its keys: the cache still has the old address, and a set there.
	const moved = "https://example.com/keys"
	source = w.issuer(w.opener(), issuer)
	w.body[issuer+openID[1:]] = metadata(issuer, moved)
	w.body[moved] = jwks(strings.Replace(publicJWK, "good", "fourth", 1))
	if set, err := source.Keys(t.Context(), "fourth"); err != nil || fmt.Sprint(set.IDs()) != "[fourth]" || source.String() != moved {
		t.Errorf("%v, %v from %s", set.IDs(), err, source)
	}
	offline := w.opener()
	offline.Offline = true
	if set, err := w.issuer(offline, issuer).Keys(t.Context(), "fifth"); err != nil || len(set.Keys) != 1 || len(w.asked) > 0 {
		t.Errorf("%v, %v, asked %v", set, err, w.asked)
	}
	if _, err := w.issuer(offline, "https://example.com/other").Keys(t.Context(), ""); !is[*keysource.OfflineError](err) || len(w.asked) > 0 {
		t.Errorf("%v, asked %v", err, w.asked)
	}
}

func TestIssuerURL(t *testing.T) {
	for issuer, fault := range map[string]web.Fault{
		"": web.BadURL, "id.example.com": web.BadURL, "ftp://example.com": web.BadURL, "https://": web.BadURL,
		"https://example.com/?tenant=a": web.BadURL, "https://example.com/?": web.BadURL, "https://example.com/#a": web.BadURL,
		"https://me:secret@example.com/": web.BadURL, "http://example.com": web.Insecure,
	} {
		_, err := keysource.Opener{}.Open(keysource.Ref{Kind: keysource.Issuer, Value: issuer})
		if e, ok := errors.AsType[*web.Error](err); !ok || e.Fault != fault || strings.Contains(e.Error(), "secret") {
			t.Errorf("%q: %v, want %s", issuer, err, fault)
		}
	}
}

// What an issuer says of itself is not taken for more than that.
func TestFalseMetadata(t *testing.T) {
	const issuer = "https://example.com/"
	for name, test := range map[string]struct{ document, words string }{
		"slash missing":  {metadata("https://example.com", setURL), `is of the issuer "https://example.com", which differs by a slash at the end`},
		"another issuer": {metadata("https://example.org/", setURL), `is of another issuer, "https://example.org/"`},
		"upper case":     {metadata("https://EXAMPLE.com/", setURL), `is of another issuer, "https://EXAMPLE.com/"`},
		"longer":         {metadata(issuer+strings.Repeat("a", 999), setURL), "is of another issuer, a text of more than 200 bytes"},
		"no issuer":      {`{"jwks_uri":"` + setURL + `"}`, "names no issuer"},
		"two issuers":    {`{"issuer":["https://example.com/"],"jwks_uri":"` + setURL + `"}`, "names no issuer"},
		"no keys":        {`{"issuer":"https://example.com/"}`, "names no jwks_uri"},
		"keys are null":  {`{"issuer":"https://example.com/","jwks_uri":null}`, "names no jwks_uri"},

		"plain http":      {metadata(issuer, "http://example.com/jwks.json"), "which is plain http to another machine"},
		"a file":          {metadata(issuer, "file:///etc/passwd"), `has the jwks_uri "file:///etc/passwd", which is not an http or https URL`},
		"gopher":          {metadata(issuer, "gopher://example.com/_x"), "which is not an http or https URL"},
		"a path":          {metadata(issuer, "/jwks.json"), "which is not an http or https URL"},
		"a line":          {metadata(issuer, "https://example.com/\r\nHost: evil"), "which is not an http or https URL"},
		"a user":          {metadata(issuer, "https://example.com@example.org/"), "which has a user name"},
		"this machine":    {metadata(issuer, "http://127.0.0.1:6379/"), "which is on this machine, and the issuer is not"},
		"localhost":       {metadata(issuer, "https://LOCALHOST./"), "which is on this machine"},
		"IPv6 loopback":   {metadata(issuer, "https://[::1]/"), "which is on this machine"},
		"mapped loopback": {metadata(issuer, "https://[::ffff:127.0.0.1]/"), "which is on this machine"},
		"any address":     {metadata(issuer, "https://0.0.0.0/"), "which is in a private network, and the issuer is not"},
		"link-local":      {metadata(issuer, "https://169.254.169.254/latest/"), "which is in a private network"},
		"link-local IPv6": {metadata(issuer, "https://[fe80::1%25eth0]/"), "which is in a private network"},
		"private":         {metadata(issuer, "https://10.0.0.1/"), "which is in a private network"},
		"private IPv6":    {metadata(issuer, "https://[fd00::1]/"), "which is in a private network"},
		"mapped private":  {metadata(issuer, "https://[::ffff:192.168.0.1]/"), "which is in a private network"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.body[issuer+openID[1:]] = test.document
			w.body["https://example.com"+oauth] = metadata(issuer, setURL) // is not asked after that
			for range 2 {
				_, err := w.issuer(w.opener(), issuer).Keys(t.Context(), "")
				e, ok := errors.AsType[*issuerError](err)
				if !ok || e.URL != issuer+openID[1:] || !strings.Contains(e.Error(), test.words) {
					t.Fatalf("%v, want %q", err, test.words)
				}
				if (e.Slash != "") != (name == "slash missing") {
					t.Errorf("slash: %q", e.Slash)
				}
				if len(w.asked) != 1 || len(w.files()) > 0 { // and nothing of it is kept
					t.Errorf("asked %v, kept %v", w.asked, w.files())
				}
			}
		})
	}
}

// answering gives what stands in a table, and 404 for everything else.
func answering(table map[string]string) func(context.Context, string, int64) (*web.Response, error) {
	return func(_ context.Context, address string, _ int64) (*web.Response, error) {
		response := &web.Response{URL: web.Redact(address), Status: http.StatusOK, Body: []byte(table[address])}
		if len(response.Body) == 0 {
			response.Status = http.StatusNotFound
		}
		return response, nil
	}
}

// Keys at another host are said to be there; inside, an issuer may be what it likes.
func TestKeysElsewhere(t *testing.T) {
	for _, test := range []struct{ issuer, keys, elsewhere string }{
		{"https://example.com", "https://keys.example.org/?tenant=a", "https://keys.example.org/?…"},
		{"https://example.com", "https://EXAMPLE.com:8443/", ""},
		{"https://10.0.0.1", "https://10.0.0.2/", "https://10.0.0.2/"},
		{"https://10.0.0.1", "https://10.0.0.1/", ""},
		{"https://localhost:8443", "http://localhost:8080/", ""},
		{"http://127.0.0.1:8080", "https://10.0.0.1/", "https://10.0.0.1/"},
	} {
		opener := keysource.Opener{}.Through(answering(map[string]string{
			test.issuer + openID: metadata(test.issuer, test.keys),
			test.keys:            jwks(publicJWK),
		}))
		source, err := opener.Open(keysource.Ref{Kind: keysource.Issuer, Value: test.issuer})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := source.Keys(t.Context(), ""); err != nil || source.Facts().Elsewhere != test.elsewhere {
			t.Errorf("%s: %v, %+v", test.issuer, err, source.Facts())
		}
	}
}

// Each way not to answer has its own words, and its end.
func TestIssuerDoesNotAnswer(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/slow" + openID:
			<-r.Context().Done()
		case "/dribbling" + openID:
			for r.Context().Err() == nil {
				_, _ = io.WriteString(w, " ")
				w.(http.Flusher).Flush()
				time.Sleep(10 * time.Millisecond)
			}
		case "/endless" + openID:
			for r.Context().Err() == nil {
				_, _ = w.Write(make([]byte, 64<<10))
			}
		case "/html" + openID, oauth + "/html":
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, "<html>log in</html>")
		case "/twice" + openID, oauth + "/twice":
			_, _ = io.WriteString(w, `{"issuer":"a","issuer":"b"}`)
		case "/away" + openID:
			http.Redirect(w, r, "https://example.com/", http.StatusFound)
		case "/dead" + openID:
			panic(http.ErrAbortHandler)
		case "/leak" + openID:
			_, _ = io.WriteString(w, metadata("http://"+r.Host+"/leak", "http://"+r.Host+"/jwks.json"))
		case "/jwks.json":
			_, _ = io.WriteString(w, jwks(wholeJWK, octJWK))
		case "/keyless" + openID:
			_, _ = io.WriteString(w, metadata("http://"+r.Host+"/keyless", "http://"+r.Host+"/missing.json"))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	for path, words := range map[string]string{
		"slow":      openID + ": did not answer within 300ms",
		"dribbling": openID + ": did not answer within 300ms",
		"endless":   openID + ": answered more than 1024 KiB",
		"html":      openID + ": the answer is a web page, not issuer metadata",
		"twice":     openID + `: the answer is no issuer metadata: it has the name "issuer" twice`,
		"away":      openID + ": answered with a redirect to another origin, https://example.com/, which is not followed",
		"dead":      openID + ": closed the connection before the answer was complete",
		"nothing":   openID + ": answered 404 Not Found, not issuer metadata",
		"keyless":   "/missing.json: answered 404 Not Found, not a JWK Set",
		"leak":      "",
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			client := &web.Client{}
			if strings.HasSuffix(words, "within 300ms") {
				client.Timeout = 300 * time.Millisecond
			}
			source, err := keysource.Opener{HTTP: client}.Open(keysource.Ref{Kind: keysource.Issuer, Value: server.URL + "/" + path})
			if err != nil {
				t.Fatal(err)
			}
			set, err := source.Keys(t.Context(), "")
			if words == "" { // the public half is all that is taken
				if err != nil || len(set.Keys) != 1 || !set.Keys[0].Leaked || set.Keys[0].CanSign() || len(set.Unusable) != 1 {
					t.Errorf("%v, %v", set, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), words) {
				t.Errorf("%v, want %q", err, words)
			}
		})
	}
}
