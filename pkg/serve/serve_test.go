package serve_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/knowledge"
	"github.com/jwt-toolkit/jwt/pkg/serve"
	"github.com/jwt-toolkit/jwt/pkg/sign"
	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/token"
	"github.com/jwt-toolkit/jwt/pkg/wire"
)

const issuerURL = "https://id.example.com"

func newKey(t *testing.T) key.Key {
	t.Helper()
	jwk, err := serve.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	set, err := key.Parse(jwk)
	if err != nil || len(set.Keys) != 1 {
		t.Fatalf("%d keys, %v", len(set.Keys), err)
	}
	return set.Keys[0]
}

func newIssuer(t *testing.T) *serve.Issuer {
	t.Helper()
	issuer, err := serve.NewIssuer(issuerURL, newKey(t))
	if err != nil {
		t.Fatal(err)
	}
	return issuer
}

func object(t *testing.T, text string) strict.Object {
	t.Helper()
	o, err := strict.ParseObject([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return o
}

func issue(t *testing.T, issuer *serve.Issuer, claims string) string {
	t.Helper()
	made, err := issuer.Token(object(t, claims), serve.MaxLifetime)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// answer is what a handler says to a GET with these Authorization fields.
func answer(h http.Handler, path string, authorization ...string) wire.Response {
	request := httptest.NewRequest(http.MethodGet, path, nil)
	for _, field := range authorization {
		request.Header.Add("Authorization", field)
	}
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, request)
	r := wire.Response{Status: recorder.Code, Body: recorder.Body.String()}
	for name, values := range recorder.Header() {
		for _, value := range values {
			r.Header = append(r.Header, wire.Field{Name: name, Value: value})
		}
	}
	return r
}

func TestNewKey(t *testing.T) {
	k := newKey(t)
	if !k.CanSign() || k.Kind() != key.P256 || k.ID != k.Thumbprint() || k.Alg != "ES256" || k.Use != "sig" {
		t.Errorf("a new key is %v with kid %q, alg %q, use %q", k, k.ID, k.Alg, k.Use)
	}
	if newKey(t).ID == k.ID {
		t.Error("two new keys are one")
	}
}

func TestIssuerPublishes(t *testing.T) {
	issuer := newIssuer(t)
	jwks := answer(issuer, serve.JWKSPath)
	if jwks.Status != 200 || jwks.Get("Content-Type") != "application/jwk-set+json" || jwks.Get("Cache-Control") == "" {
		t.Errorf("the JWK Set: %+v", jwks)
	}
	members := []string{}
	set, _ := object(t, jwks.Body).Get("keys")
	list, _ := strict.Elements(set)
	if len(list) != 1 {
		t.Fatalf("%d keys", len(list))
	}
	for _, m := range object(t, string(list[0])).Members() {
		members = append(members, m.Name)
	}
	if diff := cmp.Diff([]string{"kty", "crv", "x", "y", "kid", "alg", "use"}, members); diff != "" {
		t.Error("the members of the published key (-want +got):\n", diff)
	}

	configuration := answer(issuer, serve.ConfigurationPath)
	want := `{"issuer":"https://id.example.com","jwks_uri":"https://id.example.com/.well-known/jwks.json"}`
	if configuration.Status != 200 || configuration.Body != want {
		t.Errorf("the configuration: %+v", configuration)
	}
	if other := answer(issuer, "/"); other.Status != 404 {
		t.Errorf("there is something at /: %+v", other)
	}
	if keys := issuer.Keys(); len(keys.Keys) != 1 || keys.Keys[0].CanSign() || issuer.URL() != issuerURL {
		t.Errorf("Keys: %v, URL: %s", keys, issuer.URL())
	}
}

// TestIssuerKeys: an issuer can sign, and what it publishes is no secret. It names
// its key.
func TestIssuerKeys(t *testing.T) {
	secret, err := key.NewSecret([]byte("0123456789abcdef0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	encryption := newKey(t)
	encryption.Alg = "ECDH-ES"
	for name, k := range map[string]key.Key{
		"no key": {}, "secret": secret, "public": newIssuer(t).Keys().Keys[0], "for encryption": encryption,
	} {
		if _, err := serve.NewIssuer(issuerURL, k); !errors.Is(err, serve.ErrIssuer) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := serve.NewIssuer("", newKey(t)); !errors.Is(err, serve.ErrIssuer) {
		t.Errorf("no URL: %v", err)
	}
	plain := newKey(t)
	plain.ID, plain.HasID, plain.Alg, plain.Use = "", false, "", ""
	issuer, err := serve.NewIssuer(issuerURL+"/", plain)
	if err != nil {
		t.Fatal(err)
	}
	if k := issuer.Keys().Keys[0]; k.ID != plain.Thumbprint() || k.Alg != "ES256" || k.Use != "sig" || issuer.URL() != issuerURL {
		t.Errorf("published as kid %q, alg %q, use %q of %s", k.ID, k.Alg, k.Use, issuer.URL())
	}
}

func TestIssuerToken(t *testing.T) {
	issuer := newIssuer(t)
	issuer.Now = func() time.Time { return time.Unix(1700000000, 999) }
	made, err := issuer.Token(object(t, `{"iss":"https://evil.example","sub":"alice","exp":9999999999}`), 90*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := token.Parse(made)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(parsed.Claims.Raw()), `{"iss":"https://id.example.com","sub":"alice","exp":1700000090,"iat":1700000000}`; got != want {
		t.Errorf("claims %s, want %s", got, want)
	}
	if got, want := string(parsed.Header.Raw()), `{"alg":"ES256","typ":"JWT","kid":"`+issuer.Keys().Keys[0].ID+`"}`; got != want {
		t.Errorf("header %s, want %s", got, want)
	}
	for _, lifetime := range []time.Duration{-time.Hour, 0, serve.MaxLifetime + 1} {
		if _, err := issuer.Token(strict.Object{}, lifetime); !errors.Is(err, serve.ErrLifetime) {
			t.Errorf("a token for %s: %v", lifetime, err)
		}
	}
	if _, err := issuer.Token(object(t, `{"sub":1}`), time.Hour); !errors.As(err, new(*sign.MemberError)) {
		t.Errorf("a sub that is a number: %v", err)
	}
}

// TestAPI holds every answer to RFC 6750 §3, and to telling its case from the others.
func TestAPI(t *testing.T) {
	issuer, other := newIssuer(t), newIssuer(t)
	now := time.Unix(1700000000, 0)
	issuer.Now = func() time.Time { return now }
	other.Now = issuer.Now
	api := serve.NewAPI(issuer, "api", "read", "write")
	known := knownAnswers(t)

	const good = `{"sub":"alice","aud":["api","x"],"scope":"write x read"}`
	made := issue(t, issuer, good)
	head, rest, _ := strings.Cut(made, ".")
	old := func() string {
		defer func() { now = time.Unix(1700000000, 0) }()
		now = now.Add(-2 * time.Hour)
		return issue(t, issuer, good)
	}()
	unsigned := strict.EncodeBase64URL([]byte(`{"alg":"none"}`)) + "." + strings.Split(rest, ".")[0] + "."
	stranger := issue(t, other, good)
	_, strangersRest, _ := strings.Cut(stranger, ".")
	early := issue(t, issuer, `{"sub":"alice","aud":"api","scope":"read write","nbf":1700000001}`)

	for _, test := range []struct {
		name    string
		fields  []string
		status  int
		code    string
		message string // a part of it
		says    string // how jwt probe reads it
	}{
		{"none", nil, 401, "", "without an Authorization header", "header-missing"},
		{"wrong scheme", []string{"JWT " + made}, 401, "", "another auth scheme than Bearer", "wrong-scheme"},
		{"Basic", []string{"Basic YTpi"}, 401, "", "another auth scheme than Bearer", "wrong-scheme"},
		{"token alone", []string{made}, 401, "", "another auth scheme than Bearer", "wrong-scheme"},
		{"empty", []string{""}, 400, "invalid_request", "not of the form Bearer TOKEN", "malformed"},
		{"scheme alone", []string{"Bearer "}, 400, "invalid_request", "not of the form Bearer TOKEN", "malformed"},
		{"two words", []string{"Bearer a " + made}, 400, "invalid_request", "not of the form Bearer TOKEN", "malformed"},
		{"two fields", []string{"Bearer " + made, "Bearer " + made}, 400, "invalid_request", "not of the form Bearer TOKEN", "malformed"},
		{"two schemes", []string{"Basic YTpi", "Bearer " + made}, 400, "invalid_request", "not of the form Bearer TOKEN", "malformed"},
		{"junk", []string{"Bearer jwt-probe-XYZ"}, 401, "invalid_token", "not of the form of a signed JWT", "malformed"},
		{"padded", []string{"Bearer " + made + "="}, 401, "invalid_token", "not of the form of a signed JWT", "malformed"},
		{"twice the same name", []string{"Bearer " + strict.EncodeBase64URL([]byte(`{"alg":"ES256","MARKED":1,"MARKED":2}`)) + "." + rest}, 401, "invalid_token", "not of the form of a signed JWT", "malformed"},
		{"kid a number", []string{"Bearer " + strict.EncodeBase64URL([]byte(`{"alg":"ES256","kid":1}`)) + "." + rest}, 401, "invalid_token", "not of the form of a signed JWT", "malformed"},
		{"unsigned", []string{"Bearer " + unsigned}, 401, "invalid_token", "refused: the issuer has not signed it", "token-rejected"},
		{"another's key", []string{"Bearer " + stranger}, 401, "invalid_token", "refused: the issuer has not signed it", "token-rejected"},
		{"another's signature", []string{"Bearer " + head + "." + strangersRest}, 401, "invalid_token", "refused: the issuer has not signed it", "token-rejected"},
		{"another audience", []string{"Bearer " + issue(t, issuer, `{"sub":"alice","aud":"web"}`)}, 401, "invalid_token", "refused: not as this API demands: aud", "token-rejected"},
		{"no subject", []string{"Bearer " + issue(t, issuer, `{}`)}, 401, "invalid_token", "refused: not as this API demands: aud sub", "token-rejected"},
		{"too early", []string{"Bearer " + early}, 401, "invalid_token", "refused: its time has not come yet", "token-rejected"},
		{"expired", []string{"Bearer " + old}, 401, "invalid_token", "has expired", "expired"},
		{"no scope", []string{"Bearer " + issue(t, issuer, `{"sub":"alice","aud":"api"}`)}, 403, "insufficient_scope", "does not have the scope", "scope"},
		{"half the scope", []string{"Bearer " + issue(t, issuer, `{"sub":"alice","aud":"api","scope":"read"}`)}, 403, "insufficient_scope", "does not have the scope", "scope"},
		{"good", []string{"Bearer " + made}, 200, "", "", ""},
		{"in small letters", []string{"bearer  " + made}, 200, "", "", ""},
	} {
		got := answer(api, "/me", test.fields...)
		if got.Status != test.status || got.Get("Content-Type") != "application/json" || got.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %+v, want status %d", test.name, got, test.status)
		}
		var says []string
		for _, f := range known.Identify(&got) {
			says = append(says, string(f.Says))
		}
		if diff := cmp.Diff(test.says, strings.Join(says, ", ")); diff != "" {
			t.Errorf("%s: what jwt probe takes it for (-want +got):\n%s", test.name, diff)
		}
		if test.status == 200 {
			if got.Body != `{"sub":"alice"}`+"\n" || len(got.Challenges()) > 0 {
				t.Errorf("%s: %+v", test.name, got)
			}
			continue
		}
		checkRefusal(t, test.name, got, test.code, test.message)
		for _, field := range test.fields {
			for part := range strings.FieldsFuncSeq(field, func(r rune) bool { return r == ' ' || r == '.' }) {
				plain, _ := base64.RawURLEncoding.DecodeString(part)
				all, _ := json.Marshal(got)
				if len(part) > 6 && strings.Contains(string(all), part) || len(plain) > 4 && strings.Contains(got.Body, string(plain)) || strings.Contains(got.Body, "MARKED") {
					t.Errorf("%s: the answer has a part of what was sent: %s", test.name, all)
				}
			}
		}
	}
}

// knownAnswers is what jwt probe knows of this API.
func knownAnswers(t *testing.T) *knowledge.Base {
	t.Helper()
	files := os.DirFS("../knowledge/data")
	names, err := fs.Glob(files, "fingerprints/jwt-serve.*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	own := fstest.MapFS{}
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		own[name] = &fstest.MapFile{Data: data}
	}
	base, err := knowledge.Load(own, nil)
	if err != nil {
		t.Fatal(err)
	}
	return base
}

// checkRefusal holds an answer to RFC 6750 §3 and §3.1.
func checkRefusal(t *testing.T, name string, got wire.Response, code, message string) {
	t.Helper()
	var body struct{ Error, Message string }
	if err := json.Unmarshal([]byte(got.Body), &body); err != nil {
		t.Fatal(err)
	}
	if body.Error != code || !strings.Contains(body.Message, message) {
		t.Errorf("%s: %s, want error %q and a message with %q", name, got.Body, code, message)
	}
	challenges := got.Challenges()
	if len(challenges) != 1 || challenges[0].Scheme != "Bearer" {
		t.Fatalf("%s: challenges %v", name, challenges)
	}
	want := []wire.Field{{Name: "realm", Value: serve.Realm}}
	if code != "" {
		want = append(want, wire.Field{Name: "error", Value: code}, wire.Field{Name: "error_description", Value: body.Message})
	}
	if code == "insufficient_scope" {
		want = append(want, wire.Field{Name: "scope", Value: "read write"})
	}
	if diff := cmp.Diff(want, challenges[0].Params); diff != "" {
		t.Errorf("%s: the challenge (-want +got):\n%s", name, diff)
	}
	if strings.ContainsFunc(body.Message, func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }) {
		t.Errorf("%s: %q cannot stand in error_description", name, body.Message)
	}
}

func TestZeroAPI(t *testing.T) {
	made := issue(t, newIssuer(t), `{"sub":"alice","aud":""}`)
	if got := answer(&serve.API{}, "/", "Bearer "+made); got.Status != 401 {
		t.Errorf("the zero API: %+v", got)
	}
}

// TestStripping: whatever way the header is written, it does not arrive, and
// everything else does.
func TestStripping(t *testing.T) {
	var got *http.Request
	behind := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		w.Header().Add("WWW-Authenticate", "Bearer")
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "tea")
	}))
	target, err := url.Parse(behind.URL)
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(serve.Stripping(target))
	defer front.Close()
	ask := func() *http.Response {
		request, err := http.NewRequest(http.MethodGet, front.URL+"/a/b?c=d", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header["authorization"] = []string{"Bearer a", "Bearer b"}
		request.Header.Set("X-Authorization", "Bearer c")
		response, err := front.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		return response
	}
	response := ask()
	if response.StatusCode != http.StatusTeapot || response.Header.Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("the answer is %v", response)
	}
	if got.Header.Get("X-Authorization") != "Bearer c" || got.RequestURI != "/a/b?c=d" || len(got.Header.Values("Authorization")) > 0 {
		t.Errorf("%s arrived with %v", got.RequestURI, got.Header)
	}
	behind.Close()
	if response := ask(); response.StatusCode != http.StatusBadGateway {
		t.Errorf("with nothing behind it: %v", response)
	}
}

func TestServer(t *testing.T) {
	idle, err := serve.Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := idle.Close(); err != nil {
		t.Error(err)
	}
	server, err := serve.Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	host, err := url.Parse(server.URL)
	if err != nil || !slices.Contains([]string{"127.0.0.1", "::1"}, host.Hostname()) {
		t.Errorf("a server at %s", server.URL)
	}
	server.Serve(newIssuer(t))
	response, err := http.Get(server.URL + serve.JWKSPath)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("status %d", response.StatusCode)
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	if response, err := http.Get(server.URL); err == nil {
		response.Body.Close()
		t.Error("it answers after it was closed")
	}
}
