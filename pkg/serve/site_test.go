package serve_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jwt-toolkit/jwt/pkg/serve"
	"github.com/jwt-toolkit/jwt/pkg/token"
)

// The user and the client of these tests.
var account = serve.Account{User: "alice", Password: "wonder & land", ClientID: "my:app", ClientSecret: "s%cret+of the app"}

// A world is a site whose clock stands still until it is moved.
type world struct {
	*testing.T
	http.Handler
	issuer *serve.Issuer
	now    time.Time
}

func newWorld(t *testing.T, change func(*serve.Site)) *world {
	t.Helper()
	w := &world{T: t, issuer: newIssuer(t), now: time.Unix(1700000000, 0)}
	w.issuer.Now = func() time.Time { return w.now }
	grants := serve.NewGrants(w.issuer, account)
	grants.Audience, grants.Scope, grants.Lifetime = "api", []string{"read"}, time.Minute
	site := serve.Site{Issuer: w.issuer, Grants: grants, API: serve.NewAPI(w.issuer, "api", "read")}
	if change != nil {
		change(&site)
	}
	w.Handler = site.Handler()
	return w
}

// ask sends a request from this machine, with header fields as "Name: value".
func (w *world) ask(method, path, body string, fields ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Host, r.RemoteAddr = "127.0.0.1:8080", "127.0.0.1:1"
	if strings.Contains(body, "=") {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, field := range fields {
		name, value, _ := strings.Cut(field, ": ")
		switch name {
		case "Host":
			r.Host = value
		case "From":
			r.RemoteAddr = value
		default:
			r.Header.Add(name, value)
		}
	}
	recorder := httptest.NewRecorder()
	w.ServeHTTP(recorder, r)
	return recorder
}

// A grant is an answer of the token endpoint, good or bad.
type grant struct {
	Token   string `json:"access_token"`
	Type    string `json:"token_type"`
	Expires int    `json:"expires_in"`
	Refresh string `json:"refresh_token"`
	Scope   string `json:"scope"`
	Error   string `json:"error"`
}

func (w *world) grant(form string, fields ...string) (int, grant) {
	w.Helper()
	recorder := w.ask(http.MethodPost, serve.TokenPath, form, fields...)
	var g grant
	if err := json.Unmarshal(recorder.Body.Bytes(), &g); err != nil {
		w.Errorf("%s: %v: %s", form, err, recorder.Body)
	}
	if recorder.Header().Get("Cache-Control") != "no-store" { // RFC 6749 §5.1
		w.Errorf("%s: others may keep the answer", form)
	}
	return recorder.Code, g
}

func claim(t *testing.T, compact, name string) string {
	t.Helper()
	parsed, err := token.Parse(compact)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := parsed.Claims.Text(name)
	return text
}

// basic is RFC 6749 §2.3.1.
func basic(id, secret string) string {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.SetBasicAuth(url.QueryEscape(id), url.QueryEscape(secret))
	return "Authorization: " + r.Header.Get("Authorization")
}

func TestGrants(t *testing.T) {
	w := newWorld(t, nil)
	user := url.Values{"username": {account.User}, "password": {account.Password}}.Encode()
	client := url.Values{"client_id": {account.ClientID}, "client_secret": {account.ClientSecret}}.Encode()
	right, wrong := basic(account.ClientID, account.ClientSecret), basic(account.ClientID, "wrong")
	for _, test := range []struct {
		name, form string
		fields     []string
		status     int
		code       string // of an error
		sub        string
		refresh    bool
	}{
		{"client, basic", "grant_type=client_credentials", []string{right}, 200, "", "my:app", false},
		{"client, post", "grant_type=client_credentials&" + client, nil, 200, "", "my:app", false},
		{"client, both", "grant_type=client_credentials&" + client, []string{right}, 401, "invalid_client", "", false},
		{"client, wrong", "grant_type=client_credentials", []string{wrong}, 401, "invalid_client", "", false},
		{"client, another name in the form", "grant_type=client_credentials&client_id=x", []string{right}, 401, "invalid_client", "", false},
		{"client, no secret", "grant_type=client_credentials&client_id=my%3Aapp", nil, 401, "invalid_client", "", false},
		{"client, empty secret", "grant_type=client_credentials&client_id=my%3Aapp&client_secret=", nil, 401, "invalid_client", "", false},
		{"nobody", "grant_type=client_credentials", nil, 401, "invalid_client", "", false},
		{"nobody, basic", "grant_type=client_credentials", []string{basic("", "")}, 401, "invalid_client", "", false},
		{"Bearer", "grant_type=client_credentials", []string{"Authorization: Bearer x"}, 401, "invalid_client", "", false},
		{"password", "grant_type=password&" + user, nil, 200, "", "alice", true},
		{"password and client", "grant_type=password&" + user, []string{right}, 200, "", "alice", true},
		{"password and wrong client", "grant_type=password&" + user, []string{wrong}, 401, "invalid_client", "", false},
		{"wrong password", "grant_type=password&username=alice&password=x", nil, 400, "invalid_grant", "", false},
		{"wrong user", "grant_type=password&username=bob&password=wonder+%26+land", nil, 400, "invalid_grant", "", false},
		{"no password", "grant_type=password", nil, 400, "invalid_grant", "", false},
		{"made-up refresh token", "grant_type=refresh_token&refresh_token=x", nil, 400, "invalid_grant", "", false},
		{"no refresh token", "grant_type=refresh_token", nil, 400, "invalid_grant", "", false},
		{"made-up device code", "grant_type=urn:ietf:params:oauth:grant-type:device_code&client_id=my%3Aapp&device_code=x", nil, 400, "invalid_grant", "", false},
		{"no grant", "scope=read", []string{right}, 400, "invalid_request", "", false},
		{"unknown grant", "grant_type=authorization_code", []string{right}, 400, "unsupported_grant_type", "", false},
		{"twice", "grant_type=password&grant_type=password&" + user, nil, 400, "invalid_request", "", false},
		{"no scope in scope", "grant_type=client_credentials&scope=", []string{right}, 400, "invalid_scope", "", false},
		{"no such scope", "grant_type=client_credentials&scope=a%22b", []string{right}, 400, "invalid_scope", "", false},
		{"two audiences", "grant_type=client_credentials&audience=a&audience=b", []string{right}, 400, "invalid_target", "", false},
	} {
		status, got := w.grant(test.form, test.fields...)
		if status != test.status || got.Error != test.code || (got.Refresh != "") != test.refresh {
			t.Errorf("%s: %d %+v, want %d %s", test.name, status, got, test.status, test.code)
		}
		if test.code != "" {
			continue
		}
		if got.Type != "Bearer" || got.Expires != 60 || got.Scope != "read" || claim(t, got.Token, "sub") != test.sub || claim(t, got.Token, "aud") != "api" {
			t.Errorf("%s: %+v", test.name, got)
		}
		if r := w.ask(http.MethodGet, "/protected/x", "", "Authorization: Bearer "+got.Token); r.Code != 200 {
			t.Errorf("%s: the API says %s", test.name, r.Body)
		}
	}
	if r := w.ask(http.MethodPost, serve.TokenPath, "grant_type=client_credentials", wrong); !strings.HasPrefix(r.Header().Get("WWW-Authenticate"), "Basic ") {
		t.Errorf("who came with Basic is not asked for it again: %v", r.Header())
	}
	if r := w.ask(http.MethodPost, serve.TokenPath, `{"grant_type":"password"}`, "Content-Type: application/json"); r.Code != 400 {
		t.Errorf("JSON is taken for a form: %d", r.Code)
	}
	if r := w.ask(http.MethodPost, serve.TokenPath, "grant_type="+strings.Repeat("x", 1<<17)); r.Code != 400 {
		t.Errorf("a form without end: %d", r.Code)
	}
	if r := w.ask(http.MethodGet, serve.TokenPath, ""); r.Code != 405 {
		t.Errorf("GET: %d", r.Code)
	}
}

// TestGrantsWhatIsAsked: another audience or scope can be had, and is refused by the
// API.
func TestGrantsWhatIsAsked(t *testing.T) {
	w := newWorld(t, nil)
	right := basic(account.ClientID, account.ClientSecret)
	for form, want := range map[string]int{"audience=web": 401, "resource=https://x.example": 401, "scope=write": 403, "scope=write+read": 200} {
		_, got := w.grant("grant_type=client_credentials&"+form, right)
		if r := w.ask(http.MethodGet, "/protected", "", "Authorization: Bearer "+got.Token); r.Code != want {
			t.Errorf("%s: %d, want %d: %s", form, r.Code, want, r.Body)
		}
	}
}

func TestRefresh(t *testing.T) {
	w := newWorld(t, nil)
	user := url.Values{"username": {account.User}, "password": {account.Password}, "scope": {"read write"}}.Encode()
	_, first := w.grant("grant_type=password&" + user)
	if status, got := w.grant("grant_type=refresh_token&scope=admin&refresh_token=" + first.Refresh); status != 400 || got.Error != "invalid_scope" {
		t.Errorf("more scope: %d %+v", status, got)
	}
	if status, got := w.grant("grant_type=refresh_token&refresh_token="+first.Refresh, basic(account.ClientID, account.ClientSecret)); status != 400 || got.Error != "invalid_grant" {
		t.Errorf("another client: %d %+v", status, got)
	}
	status, second := w.grant("grant_type=refresh_token&scope=write&refresh_token=" + first.Refresh)
	if status != 200 || second.Scope != "write" || second.Refresh == first.Refresh || claim(t, second.Token, "sub") != "alice" {
		t.Errorf("%d %+v", status, second)
	}
	if status, got := w.grant("grant_type=refresh_token&refresh_token=" + first.Refresh); status != 400 || got.Error != "invalid_grant" {
		t.Errorf("the second time: %d %+v", status, got)
	}
}

func TestDevice(t *testing.T) {
	w := newWorld(t, nil)
	const grantType = "grant_type=urn:ietf:params:oauth:grant-type:device_code&client_id=my%3Aapp&device_code="
	type code struct {
		Device   string `json:"device_code"`
		User     string `json:"user_code"`
		URI      string `json:"verification_uri"`
		Complete string `json:"verification_uri_complete"`
		Expires  int    `json:"expires_in"`
		Interval int    `json:"interval"`
	}
	begin := func() (c code) {
		r := w.ask(http.MethodPost, serve.DeviceCodePath, "client_id=my%3Aapp&scope=write")
		if err := json.Unmarshal(r.Body.Bytes(), &c); err != nil || r.Code != 200 {
			t.Fatalf("%d %s", r.Code, r.Body)
		}
		return c
	}
	poll := func(c code, want string) grant {
		t.Helper()
		_, got := w.grant(grantType + c.Device)
		if got.Error != want {
			t.Errorf("the device is told %q, want %q", got.Error, want)
		}
		return got
	}
	c := begin()
	if c.URI != issuerURL+"/device" || c.Complete != c.URI+"?user_code="+c.User || len(c.User) != 9 || c.Interval != 1 || c.Expires != 600 {
		t.Errorf("%+v", c)
	}
	poll(c, "authorization_pending")
	poll(c, "slow_down")
	w.now = w.now.Add(5 * time.Second)
	poll(c, "slow_down") // it is 11 seconds by now
	w.now = w.now.Add(time.Minute)
	poll(c, "authorization_pending")
	w.now = w.now.Add(time.Minute)

	page := w.ask(http.MethodGet, "/device?user_code=%22%3E"+c.User, "")
	if !strings.Contains(page.Body.String(), `value="`+c.User+`"`) || strings.Contains(page.Body.String(), "password") {
		t.Errorf("the page: %s", page.Body)
	}
	for _, test := range []struct {
		form   string
		fields []string
		want   int
	}{
		{"user_code=BBBB-BBBB", nil, 404},
		{"user_code=", nil, 404},
		{"user_code=" + c.User + "&answer=maybe", nil, 400},
		{"user_code=" + c.User, []string{"From: 192.0.2.1:1"}, 403},
		{"user_code=" + c.User + "&username=alice&password=x", []string{"From: 192.0.2.1:1"}, 403},
		{"user_code=" + c.User, []string{"Origin: https://evil.example"}, 403},
		{"user_code=" + c.User, []string{"Origin: null"}, 403},
		{"user_code=" + strings.ToLower(strings.ReplaceAll(c.User, "-", "+")), []string{"Origin: http://127.0.0.1:8080"}, 200},
		{"user_code=" + c.User, nil, 404}, // it is answered
	} {
		if r := w.ask(http.MethodPost, "/device", test.form, test.fields...); r.Code != test.want {
			t.Errorf("%s %v: %d, want %d: %s", test.form, test.fields, r.Code, test.want, r.Body)
		}
	}
	if got := poll(c, ""); claim(t, got.Token, "sub") != "alice" || got.Scope != "write" || got.Refresh == "" {
		t.Errorf("%+v", got)
	}
	poll(c, "invalid_grant") // once

	c = begin()
	if !strings.Contains(w.ask(http.MethodGet, "/device", "", "From: 192.0.2.1:1").Body.String(), `type="password"`) {
		t.Error("who is at another machine is not asked for a password")
	}
	user := url.Values{"username": {account.User}, "password": {account.Password}}.Encode()
	w.ask(http.MethodPost, "/device", user+"&answer=deny&user_code="+c.User, "From: 192.0.2.1:1")
	poll(c, "access_denied")
	c = begin()
	w.now = w.now.Add(10 * time.Minute)
	poll(c, "expired_token")

	if r := w.ask(http.MethodPost, serve.DeviceCodePath, "scope=write"); r.Code != 401 {
		t.Errorf("a device of nobody: %d", r.Code)
	}
	for range 200 {
		w.ask(http.MethodPost, serve.DeviceCodePath, "client_id=my%3Aapp")
	}
	if r := w.ask(http.MethodPost, serve.DeviceCodePath, "client_id=my%3Aapp"); r.Code != 503 {
		t.Errorf("devices without end: %d", r.Code)
	}
}

func TestAuth(t *testing.T) {
	w := newWorld(t, nil)
	good := `{"username":"alice","password":"wonder & land"}`
	for _, test := range []struct {
		body, kind string
		want       int
	}{
		{good, "application/json", 200},
		{good, "application/json; charset=utf-8", 200},
		{good, "text/plain", 415}, // which a page of a stranger could send
		{`{"username":"alice","password":"x"}`, "application/json", 401},
		{`{"username":1}`, "application/json", 401},
		{`[]`, "application/json", 400},
		{`{"username":"a","username":"alice","password":"wonder & land"}`, "application/json", 400},
	} {
		r := w.ask(http.MethodPost, serve.AuthPath, test.body, "Content-Type: "+test.kind)
		var body struct {
			Token  string `json:"access_token"`
			Status int    `json:"status_code"`
		}
		if err := json.Unmarshal(r.Body.Bytes(), &body); err != nil || r.Code != test.want || (body.Token != "") != (test.want == 200) || body.Token == "" && body.Status != test.want {
			t.Errorf("%s as %s: %d %s", test.body, test.kind, r.Code, r.Body)
		}
	}
}

// TestNobody: without an account nobody gets in, also not by saying nothing.
func TestNobody(t *testing.T) {
	w := newWorld(t, func(s *serve.Site) { s.Grants = serve.NewGrants(s.Issuer, serve.Account{}) })
	for _, form := range []string{"grant_type=password&username=&password=", "grant_type=password", "grant_type=client_credentials&client_id=&client_secret=", "grant_type=client_credentials"} {
		if status, _ := w.grant(form); status == 200 {
			t.Errorf("%s lets in", form)
		}
	}
}

func TestGuard(t *testing.T) {
	w := newWorld(t, func(s *serve.Site) {
		s.Guard = serve.Guard{Hosts: []string{"id.test", "192.0.2.7"}, Origins: []string{"https://app.example.com"}}
	})
	for host, want := range map[string]int{
		"127.0.0.1:8080": 200, "127.0.0.1": 200, "127.8.9.1": 200, "[::1]:8080": 200, "localhost": 200, "LOCALHOST.:1": 200, "a.localhost": 200,
		"id.test": 200, "ID.test:99": 200, "192.0.2.7:8080": 200,
		"": 421, "evil.example": 421, "127.0.0.1.evil.example": 421, "localhost.evil.example": 421, "192.0.2.8": 421, "0.0.0.0": 421, "notlocalhost": 421,
	} {
		if r := w.ask(http.MethodGet, "/", "", "Host: "+host); r.Code != want {
			t.Errorf("host %q: %d, want %d", host, r.Code, want)
		}
	}
	for origin, want := range map[string]int{
		"http://127.0.0.1:8080": 200, "https://app.example.com": 200,
		"https://127.0.0.1:8080": 403, "http://127.0.0.1:9090": 403, "http://localhost:8080": 403, "http://app.example.com": 403, "null": 403, "": 403,
	} {
		r := w.ask(http.MethodGet, serve.JWKSPath, "", "Origin: "+origin)
		allowed := r.Header().Get("Access-Control-Allow-Origin")
		if r.Code != want || (allowed != "") != (origin == "https://app.example.com") {
			t.Errorf("origin %q: %d, want %d; allowed is %q", origin, r.Code, want, allowed)
		}
	}
	preflight := []string{"Origin: https://app.example.com", "Access-Control-Request-Method: GET"}
	if r := w.ask(http.MethodOptions, "/protected", "", preflight...); r.Code != 204 || !strings.Contains(r.Header().Get("Access-Control-Allow-Headers"), "Authorization") {
		t.Errorf("the preflight: %d %v", r.Code, r.Header())
	}
	none := newWorld(t, nil)
	if r := none.ask(http.MethodGet, "/", ""); r.Header().Get("Vary") != "" || r.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("without origins there is CORS: %v", r.Header())
	}
}

func TestEcho(t *testing.T) {
	w := newWorld(t, nil)
	for _, test := range []struct {
		fields []string
		want   serve.Seen
	}{
		{nil, serve.Seen{}},
		{[]string{"Authorization: "}, serve.Seen{}},
		{[]string{"Authorization: Bearer abc"}, serve.Seen{true, "Bearer", 3, "ba7816bf", "Authorization"}},
		{[]string{"Authorization: Bearer  abc "}, serve.Seen{true, "Bearer", 3, "ba7816bf", "Authorization"}},
		{[]string{"Authorization: Bearer"}, serve.Seen{true, "Bearer", 0, "e3b0c442", "Authorization"}},
		{[]string{"Authorization: abc"}, serve.Seen{true, "", 3, "ba7816bf", "Authorization"}},
		{[]string{"Authorization: a.b c"}, serve.Seen{true, "", 5, "8640d2e2", "Authorization"}},
		{[]string{"Authorization: Bearer a", "Authorization: Bearer b"}, serve.Seen{true, "Bearer", 11, "0a7f2ef7", "Authorization"}},
	} {
		for _, path := range []string{serve.EchoPath, serve.CanaryPath} {
			r := w.ask(http.MethodPut, path, "", test.fields...)
			var got struct {
				serve.Seen
				Method, Path string
			}
			if err := json.Unmarshal(r.Body.Bytes(), &got); err != nil || got.Method != "PUT" || got.Path != path {
				t.Errorf("%q: %v: %s", test.fields, err, r.Body)
			}
			if diff := cmp.Diff(test.want, got.Seen); diff != "" {
				t.Errorf("%q (-want +got):\n%s", test.fields, diff)
			}
		}
	}
}

func TestFaults(t *testing.T) {
	var records []serve.Record
	stripped := newWorld(t, func(s *serve.Site) {
		s.Strip = true
		s.Log = func(r serve.Record) { records = append(records, r) }
	})
	_, got := stripped.grant("grant_type=client_credentials", basic(account.ClientID, account.ClientSecret)) // which is not stripped
	for path, want := range map[string]string{"/protected": "arrived without an Authorization header", "/echo": `"seen":false`} {
		if r := stripped.ask(http.MethodGet, path+"?secret=x", "", "Authorization: Bearer "+got.Token); !strings.Contains(r.Body.String(), want) {
			t.Errorf("%s: %s", path, r.Body)
		}
	}
	for _, r := range records { // of what arrived, before it was lost
		if !r.Seen.Seen || r.Status == 0 || r.Query == (r.Path == serve.TokenPath) {
			t.Errorf("%+v", r)
		}
	}
	if len(records) != 3 {
		t.Errorf("%d records", len(records))
	}

	failing := newWorld(t, func(s *serve.Site) {
		s.Fail = map[string]int{"/protected": 503, "/protected/x": 418, "/oauth/token": 500}
	})
	for path, want := range map[string]int{"/protected": 503, "/protected/y": 503, "/protected/x/z": 418, "/protectedx": 404, "/oauth/token": 500, "/": 200} {
		r := failing.ask(http.MethodGet, path, "")
		if r.Code != want || (r.Header().Get("Retry-After") != "") != (want == 503) {
			t.Errorf("%s: %d, want %d: %v", path, r.Code, want, r.Header())
		}
	}

	slow := newWorld(t, func(s *serve.Site) { s.Slow = time.Hour })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "http://localhost/", nil)
	slow.ServeHTTP(httptest.NewRecorder(), r) // does not wait for who has gone
	slow = newWorld(t, func(s *serve.Site) { s.Slow = time.Millisecond })
	if r := slow.ask(http.MethodGet, "/", ""); r.Code != 200 {
		t.Errorf("slow: %d", r.Code)
	}
}

// TestRotate: the old key is published as long as a token of it is good, and no longer.
func TestRotate(t *testing.T) {
	w := newWorld(t, nil)
	right := basic(account.ClientID, account.ClientSecret)
	kids := func() []string { return w.issuer.Keys().IDs() }
	first := kids()[0]
	_, old := w.grant("grant_type=client_credentials", right)
	r := w.ask(http.MethodPost, serve.RotatePath, "")
	var rotated struct{ KID string }
	if err := json.Unmarshal(r.Body.Bytes(), &rotated); err != nil || r.Code != 200 {
		t.Fatalf("%d %s", r.Code, r.Body)
	}
	_, young := w.grant("grant_type=client_credentials", right)
	if diff := cmp.Diff([]string{first, rotated.KID}, kids()); diff != "" {
		t.Errorf("published (-want +got):\n%s", diff)
	}
	if jwks := w.ask(http.MethodGet, serve.JWKSPath, "").Body.String(); !strings.Contains(jwks, first) || strings.Index(jwks, first) < strings.Index(jwks, rotated.KID) {
		t.Errorf("the key that signs is not first: %s", jwks)
	}
	for name, compact := range map[string]string{"old": old.Token, "young": young.Token} {
		if r := w.ask(http.MethodGet, "/protected", "", "Authorization: Bearer "+compact); r.Code != 200 {
			t.Errorf("%s token: %s", name, r.Body)
		}
	}
	if parsed, err := token.Parse(young.Token); err != nil {
		t.Error(err)
	} else if kid, _ := parsed.Header.Text("kid"); kid != rotated.KID {
		t.Errorf("the new token has the kid %s", kid)
	}
	w.now = w.now.Add(59 * time.Second)
	if len(kids()) != 2 {
		t.Error("the old key is retired before its last token has expired")
	}
	w.now = w.now.Add(time.Second)
	if diff := cmp.Diff([]string{rotated.KID}, kids()); diff != "" {
		t.Errorf("after the last token has expired (-want +got):\n%s", diff)
	}
	// A key that has signed nothing goes at once, and the same key again is one key.
	w.ask(http.MethodPost, serve.RotatePath, "")
	w.ask(http.MethodPost, serve.RotatePath, "")
	k := newKey(t)
	for range 2 {
		if err := w.issuer.Rotate(k); err != nil {
			t.Fatal(err)
		}
	}
	if got := kids(); len(got) != 1 || got[0] != k.ID {
		t.Errorf("%q", got)
	}
	for range 150 {
		w.grant("grant_type=client_credentials", right)
		w.ask(http.MethodPost, serve.RotatePath, "")
	}
	if n := len(kids()); n != 100 {
		t.Errorf("%d keys are published", n)
	}
	if err := w.issuer.Rotate(w.issuer.Keys().Keys[0]); err == nil {
		t.Error("a public key signs")
	}
	if r := w.ask(http.MethodPost, serve.RotatePath, "", "From: 192.0.2.1:1"); r.Code != 403 {
		t.Errorf("another machine rotates: %d", r.Code)
	}
	if r := w.ask(http.MethodGet, serve.RotatePath, ""); r.Code != 405 {
		t.Errorf("GET rotates: %d", r.Code)
	}
}

// TestAtOnce is for the race detector.
func TestAtOnce(t *testing.T) {
	w := newWorld(t, func(s *serve.Site) { s.Log = func(serve.Record) {} })
	right := basic(account.ClientID, account.ClientSecret)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 10 {
				_, got := w.grant("grant_type=client_credentials", right)
				w.ask(http.MethodPost, serve.RotatePath, "")
				w.ask(http.MethodGet, serve.JWKSPath, "")
				w.ask(http.MethodPost, serve.DeviceCodePath, "client_id=my%3Aapp")
				if r := w.ask(http.MethodGet, "/protected", "", "Authorization: Bearer "+got.Token); r.Code != 200 {
					t.Errorf("%d %s", r.Code, r.Body)
				}
			}
		})
	}
	all.Wait()
}

func TestCertificate(t *testing.T) {
	certificate, public, err := serve.NewCertificate("id.test", "192.0.2.7")
	if err != nil {
		t.Fatal(err)
	}
	server, err := serve.ListenAt(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server.ServeTLS(newWorld(t, nil), certificate)
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(public) {
		t.Fatalf("no certificate: %s", public)
	}
	for _, name := range []string{"", "localhost", "id.test", "192.0.2.7"} {
		client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: name}, DisableKeepAlives: true}}
		response, err := client.Get(strings.Replace(server.URL, "http:", "https:", 1))
		if err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		response.Body.Close()
		if response.StatusCode != 200 {
			t.Errorf("%q: %s", name, response.Status)
		}
	}
	if err := server.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestShutdown cuts short what a handler waits for, and takes no longer than it may.
func TestShutdown(t *testing.T) {
	server, err := serve.Listen(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	asked := make(chan struct{})
	server.Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(asked)
		serve.Slow(time.Hour, http.NotFoundHandler()).ServeHTTP(w, r)
	}))
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		if response, err := http.Get(server.URL); err == nil {
			_, _ = io.Copy(io.Discard, response.Body)
			response.Body.Close()
		}
	}()
	<-asked
	if err := server.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	<-gone
}

func FuzzSee(f *testing.F) {
	f.Add("Bearer abc")
	f.Add("eyJhbGciOiJIUzI1NiJ9.e30.x")
	f.Fuzz(func(t *testing.T, field string) {
		got := serve.See(&http.Request{Header: http.Header{"Authorization": {field}}})
		if len(got.Scheme) > 32 || got.Length > len(field) || got.Seen != (strings.TrimSpace(field) != "") || slices.Contains([]string{".", "="}, got.Scheme) {
			t.Errorf("%q is seen as %+v", field, got)
		}
	})
}
