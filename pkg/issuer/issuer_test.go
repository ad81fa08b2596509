package issuer

import (
	"errors"
	"net/http"
	"net/url"
	"testing"

	"github.com/jwt-toolkit/jwt/pkg/web"
)

func TestDocuments(t *testing.T) {
	for name, want := range map[string][2]string{
		"https://example.com":              {"https://example.com/.well-known/openid-configuration", "https://example.com/.well-known/oauth-authorization-server"},
		"https://example.com/":             {"https://example.com/.well-known/openid-configuration", "https://example.com/.well-known/oauth-authorization-server"},
		"https://example.com/realms/a%20b": {"https://example.com/realms/a%20b/.well-known/openid-configuration", "https://example.com/.well-known/oauth-authorization-server/realms/a%20b"},
	} {
		target, err := Check(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := Documents(target); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// What one issuer names is judged member by member: a bad one spoils no other.
func TestURL(t *testing.T) {
	const name = "https://example.com"
	response := &web.Response{URL: "https://example.com/x", Status: http.StatusOK, Body: []byte(
		`{"issuer":"https://example.com","token_endpoint":"https://login.example.com/token","jwks_uri":"https://10.0.0.1/jwks"}`,
	)}
	metadata, err := Read(response, name)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := metadata.URL("token_endpoint"); err != nil || got != "https://login.example.com/token" || SameHost(name, got) {
		t.Errorf("%s, %v", got, err)
	}
	for member, want := range map[string]string{
		"jwks_uri":               `https://example.com/x: has the jwks_uri "https://10.0.0.1/jwks", which is in a private network, and the issuer is not`,
		"authorization_endpoint": "https://example.com/x: names no authorization_endpoint",
	} {
		_, err := metadata.URL(member)
		if e, ok := errors.AsType[*Error](err); !ok || e.Error() != want {
			t.Errorf("%s: %v", member, err)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for body, want := range map[string]string{
		`{`:                                 "u: the answer is no issuer metadata: it is not JSON at byte 1",
		`{"issuer":"https://example.com/"}`: `u: is of the issuer "https://example.com/", which differs by a slash at the end`,
	} {
		if _, err := Read(&web.Response{URL: "u", Status: http.StatusOK, Body: []byte(body)}, "https://example.com"); err == nil || err.Error() != want {
			t.Errorf("%s: %v", body, err)
		}
	}
	_, err := Read(&web.Response{URL: "u", Status: http.StatusNotFound}, "https://example.com")
	if e, ok := errors.AsType[*web.StatusError](err); !ok || e.Error() != "u: answered 404 Not Found, not issuer metadata" {
		t.Error(err)
	}
}

// FuzzRead: what an issuer's metadata name is a URL that may be asked.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"issuer":"https://id.example.com","jwks_uri":"https://id.example.com/jwks.json"}`))
	f.Add([]byte(`{"issuer":"https://id.example.com/","jwks_uri":"http://127.0.0.1"}`))
	f.Fuzz(func(t *testing.T, document []byte) {
		metadata, err := Read(&web.Response{Status: http.StatusOK, Body: document}, "https://id.example.com")
		if err != nil {
			return
		}
		named, err := metadata.URL("jwks_uri")
		if target, bad := url.Parse(named); err == nil && (bad != nil || target.Scheme != "https" || inside(target.Hostname())) {
			t.Errorf("%q", named)
		}
	})
}
