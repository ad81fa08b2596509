package login

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/issuer"
	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/web"
)

const (
	aToken   = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl"
	password = "MARKED p&ss:wörd"
	secret   = "MARKED/s%cret+"
)

// sent is what an endpoint got.
type sent struct {
	kind, authorization, body string
}

// endpoint answers every request with the same, and keeps what it got.
func endpoint(t *testing.T, status int, header, body string) (address string, got *[]sent) {
	t.Helper()
	got = new([]sent)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		*got = append(*got, sent{r.Header.Get("Content-Type"), r.Header.Get("Authorization"), string(text)})
		for line := range strings.SplitSeq(header, "\n") {
			if name, value, ok := strings.Cut(line, ": "); ok {
				w.Header().Add(name, value)
			}
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return server.URL, got
}

func field(t *testing.T, text string) Field {
	t.Helper()
	f, err := ParseField(text)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// What each way sends, to the byte.
func TestSent(t *testing.T) {
	basic := "Basic " + "MARKED%2Fs%25cret%2B"
	for name, test := range map[string]struct {
		request       Request
		kind          string
		authorization string
		body          string
	}{
		"json": {
			Request{Way: JSON, User: `a"b`, Password: password}, "application/json", "",
			`{"username":"a\"b","password":"MARKED p&ss:wörd"}`,
		},
		"json, other names": {
			Request{Way: JSON, User: "a", Password: "b", UserField: "/auth/email", PasswordField: "pass", Params: []Param{
				{"remember", json.RawMessage(`true`)}, {"/auth/realm", json.RawMessage(`"x"`)},
			}}, "application/json", "",
			`{"auth":{"email":"a","realm":"x"},"pass":"b","remember":true}`,
		},
		"form": {
			Request{Way: Form, User: "a", Password: password, UserField: "email", Params: []Param{{"n", json.RawMessage(`1`)}}},
			"application/x-www-form-urlencoded", "", "email=a&n=1&password=MARKED+p%26ss%3Aw%C3%B6rd",
		},
		"client credentials": {
			Request{Way: ClientGrant, ClientID: "my:app", ClientSecret: secret, Scope: []string{"a", "b"}, Audience: []string{"api"}},
			"application/x-www-form-urlencoded", basic, "audience=api&grant_type=client_credentials&scope=a+b",
		},
		"client credentials in the body": {
			Request{Way: ClientGrant, ClientID: "app", ClientSecret: secret, ClientAuth: Post, Params: []Param{
				{"resource", strict.Quote("https://a")}, {"resource", strict.Quote("https://b")},
			}},
			"application/x-www-form-urlencoded", "",
			"client_id=app&client_secret=MARKED%2Fs%25cret%2B&grant_type=client_credentials&resource=https%3A%2F%2Fa&resource=https%3A%2F%2Fb",
		},
		"password": {
			Request{Way: PasswordGrant, User: "a", Password: "b"},
			"application/x-www-form-urlencoded", "", "grant_type=password&password=b&username=a",
		},
		"refresh token of a public client": {
			Request{Way: RefreshGrant, ClientID: "app", RefreshToken: "r"},
			"application/x-www-form-urlencoded", "", "client_id=app&grant_type=refresh_token&refresh_token=r",
		},
	} {
		address, got := endpoint(t, http.StatusOK, "", `{"access_token":"x","token_type":"Bearer"}`)
		test.request.URL = address
		answer, err := Client{}.Login(t.Context(), test.request)
		if err != nil || answer.Token != "x" || len(*got) != 1 {
			t.Errorf("%s: %+v, %v; asked %d times", name, answer, err, len(*got))
			continue
		}
		authorization := (*got)[0].authorization
		if test.authorization != "" {
			want := "Basic " + BasicCredentials(test.request.ClientID, test.request.ClientSecret)
			if authorization != want {
				t.Errorf("%s: Authorization %q", name, authorization)
			}
		} else if authorization != "" {
			t.Errorf("%s: Authorization %q", name, authorization)
		}
		if (*got)[0].kind != test.kind || (*got)[0].body != test.body {
			t.Errorf("%s: sent %s\n%s\nwant %s", name, (*got)[0].kind, (*got)[0].body, test.body)
		}
	}
}

// RFC 6749 §2.3.1 with appendix B: what ":" and "%" mean is told apart.
func TestBasicCredentials(t *testing.T) {
	r, _ := http.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Authorization", "Basic "+BasicCredentials("my:app", "100% é+"))
	id, secret, _ := r.BasicAuth()
	id, err1 := url.QueryUnescape(id)
	secret, err2 := url.QueryUnescape(secret)
	if id != "my:app" || secret != "100% é+" || err1 != nil || err2 != nil {
		t.Errorf("%q %q", id, secret)
	}
}

func TestParamTwice(t *testing.T) {
	for _, r := range []Request{
		{Way: JSON, Params: []Param{{"password", json.RawMessage(`"x"`)}}},
		{Way: JSON, Params: []Param{{"a", json.RawMessage(`1`)}, {"a", json.RawMessage(`2`)}}},
		{Way: Form, Params: []Param{{"username", json.RawMessage(`"x"`)}}},
		{Way: ClientGrant, Params: []Param{{"grant_type", json.RawMessage(`"x"`)}}},
	} {
		_, err := Client{}.Login(t.Context(), r) // nothing is asked: there is no URL
		if !errors.Is(err, ErrParam) {
			t.Errorf("%+v: %v", r, err)
		}
	}
}

// Where a token is found by itself, and where it is said to be.
func TestFound(t *testing.T) {
	for _, test := range []struct {
		way, header, body, field string
		want                     Answer
	}{
		{JSON, "", `{"access_token":"x"}`, "", Answer{Token: "x", Field: "access_token"}}, // Flask-JWT
		{JSON, "", `{"refresh":"r","access":"x"}`, "", Answer{Token: "x", Field: "access", RefreshToken: "r"}},
		{JSON, "", `{"token":"Bearer x","expires_in":"60"}`, "", Answer{Token: "x", Type: "Bearer", ExpiresIn: 60, Field: "token"}},
		{JSON, "", `{"user":{"token":"x"}}`, "", Answer{Token: "x", Field: "/user/token"}},
		{JSON, "", `{"data":{"access_token":"x","refresh_token":"r","expires_in":3600}}`, "", Answer{Token: "x", RefreshToken: "r", ExpiresIn: 3600, Field: "/data/access_token"}},
		{JSON, "", `{"token":{"access_token":"x"}}`, "", Answer{Token: "x", Field: "/token/access_token"}},
		{JSON, "", `"` + aToken + `"`, "", Answer{Token: aToken}},
		{JSON, "", ` "x" `, "", Answer{Token: "x"}},
		{JSON, "Content-Type: text/plain", aToken + "\n", "", Answer{Token: aToken}},
		{Form, "Authorization: Bearer x", "", "", Answer{Token: "x", Type: "Bearer", Field: "header:Authorization"}},
		{JSON, "X-Auth: x", `{"token":"y"}`, "header:x-auth", Answer{Token: "x", Field: "header:x-auth"}},
		{JSON, "Set-Cookie: a=x; HttpOnly", `{"token":"y"}`, "cookie:a", Answer{Token: "x", Field: "cookie:a"}},
		{JSON, "", `{"a":[{"b":"x"}],"token":"y"}`, "/a/0/b", Answer{Token: "x", Field: "/a/0/b"}},
		{JSON, "", `{"id_token":"x","token":"y"}`, "id_token", Answer{Token: "x", Field: "id_token"}},
		{PasswordGrant, "", `{"access_token":"x","token_type":"DPoP","expires_in":60,"refresh_token":"r","scope":"a b","id_token":"z"}`, "", Answer{
			Token: "x", Type: "DPoP", ExpiresIn: 60, RefreshToken: "r", Scope: "a b", Field: "access_token",
		}},
		{PasswordGrant, "", `{"access_token":"x","expires_in":1e99}`, "", Answer{Token: "x", Field: "access_token"}},
		{PasswordGrant, "", `{"access_token":"x","id_token":"y"}`, "id_token", Answer{Token: "y", Field: "id_token"}},
	} {
		address, _ := endpoint(t, http.StatusOK, test.header, test.body)
		r := Request{Way: test.way, URL: address}
		if test.field != "" {
			r.Field = field(t, test.field)
		}
		answer, err := Client{}.Login(t.Context(), r)
		test.want.Endpoint = address
		if err != nil || *answer != test.want {
			t.Errorf("%s: %+v, %v; want %+v", test.body, answer, err, test.want)
		}
	}
	address, _ := endpoint(t, http.StatusCreated, "", `{"token":"x"}`)
	if answer, err := (Client{}).Login(t.Context(), Request{Way: JSON, URL: address}); err != nil || answer.Token != "x" {
		t.Error(answer, err)
	}
	// A cookie is read from a redirect, which is not followed all the same.
	address, got := endpoint(t, http.StatusFound, "Location: /home\nSet-Cookie: a=x", "")
	answer, err := Client{}.Login(t.Context(), Request{Way: Form, URL: address, Field: field(t, "cookie:a")})
	if err != nil || answer.Token != "x" || len(*got) != 1 {
		t.Error(answer, err, *got)
	}
}

func TestErrors(t *testing.T) {
	const html = "Content-Type: text/html; charset=utf-8"
	for name, test := range map[string]struct {
		way, field   string
		status       int
		header, body string
		want         Error // without URL and Status
	}{
		"invalid_client": {PasswordGrant, "", 401, "", `{"error":"invalid_client","error_description":"no such\nclient"}`, Error{
			Fault: Refused, Why: "answered 401 Unauthorized", Code: "invalid_client", Says: "no such client",
		}},
		"only a code": {PasswordGrant, "", 400, "", `{"error":"invalid_grant"}`, Error{Fault: Refused, Why: "answered 400 Bad Request", Code: "invalid_grant"}},
		"an own code": {PasswordGrant, "", 400, "", `{"error":"mfa_required"}`, Error{Fault: Refused, Why: "answered 400 Bad Request", Code: "mfa_required"}},
		"no code, but words": {PasswordGrant, "", 400, "", `{"error":"it is Monday"}`, Error{
			Fault: Refused, Why: "answered 400 Bad Request", Says: "it is Monday",
		}},
		"an error with 200": {ClientGrant, "", 200, "", `{"error":"incorrect_client_credentials","error_description":"No."}`, Error{
			Fault: Refused, Why: "answered 200 OK", Code: "incorrect_client_credentials", Says: "No.",
		}},
		"try later": {PasswordGrant, "", 400, "", `{"error":"temporarily_unavailable"}`, Error{Fault: Unavailable, Why: "answered 400 Bad Request", Code: "temporarily_unavailable"}},
		"Flask-JWT": {JSON, "", 401, "", `{"description":"Invalid credentials","error":"Bad Request","status_code":401}`, Error{
			Fault: Refused, Why: "answered 401 Unauthorized", Says: "Invalid credentials",
		}},
		"Flask-JWT-Extended": {JSON, "", 401, "", `{"msg":"Bad username or password"}`, Error{
			Fault: Refused, Why: "answered 401 Unauthorized", Says: "Bad username or password",
		}},
		"DRF": {JSON, "", 400, "", `{"email":["This field is required."],"non_field_errors":[]}`, Error{
			Fault: Refused, Why: "answered 400 Bad Request", Says: "email: This field is required.", Missing: []string{"email"},
		}},
		"DRF, refused": {JSON, "", 400, "", `{"non_field_errors":["Unable to log in with provided credentials."]}`, Error{
			Fault: Refused, Why: "answered 400 Bad Request", Says: "Unable to log in with provided credentials.",
		}},
		"FastAPI": {JSON, "", 422, "", `{"detail":[{"type":"missing","loc":["body","username"],"msg":"Field required","input":null},{"loc":["body","password"],"msg":"Field required"}]}`, Error{
			Fault: Refused, Why: "answered 422 Unprocessable Entity", Says: "username: Field required, password: Field required", Unseen: true,
		}},
		"FastAPI, a form": {Form, "", 422, "", `{"detail":[{"type":"model_attributes_type","loc":["body"],"msg":"Input should be a valid dictionary"}]}`, Error{
			Fault: Refused, Why: "answered 422 Unprocessable Entity", Says: "body: Input should be a valid dictionary", Unseen: true,
		}},
		"Laravel": {JSON, "", 422, "", `{"message":"The given data was invalid.","errors":{"email":["The email field is required."]}}`, Error{
			Fault: Refused, Why: "answered 422 Unprocessable Entity", Says: "The given data was invalid.", Missing: []string{"email"},
		}},
		"Google":     {JSON, "", 400, "", `{"error":{"code":400,"message":"EMAIL_NOT_FOUND"}}`, Error{Fault: Refused, Why: "answered 400 Bad Request", Says: "EMAIL_NOT_FOUND"}},
		"plain text": {JSON, "", 401, "Content-Type: text/plain", "go\naway", Error{Fault: Refused, Why: "answered 401 Unauthorized", Says: "go away"}},
		"long words": {JSON, "", 401, "", `{"message":"` + strings.Repeat("é", 300) + `"}`, Error{
			Fault: Refused, Why: "answered 401 Unauthorized", Says: strings.Repeat("é", 200) + "…",
		}},
		"page, refused": {JSON, "", 403, html, "<html>csrf", Error{Fault: Refused, Why: "answered 403 Forbidden with a web page"}},
		"page":          {JSON, "", 200, html, "<html>Log in", Error{Fault: Page, Why: "answered with a web page, not a token"}},
		"page as text":  {Form, "", 200, "", "\n<!DOCTYPE html>", Error{Fault: Page, Why: "answered with a web page, not a token"}},
		"nowhere":       {JSON, "", 404, html, "<html>", Error{Fault: Absent, Why: "answered 404 Not Found with a web page"}},
		"not for POST":  {ClientGrant, "", 405, "", "", Error{Fault: Absent, Why: "answered 405 Method Not Allowed"}},
		"busy":          {JSON, "", 429, "", "", Error{Fault: Unavailable, Why: "answered 429 Too Many Requests"}},
		"broken":        {JSON, "", 500, "", `{"message":"oops"}`, Error{Fault: Unavailable, Why: "answered 500 Internal Server Error", Says: "oops"}},
		"empty":         {JSON, "", 200, "", " ", Error{Fault: Empty, Why: "answered 200 OK with nothing in it"}},
		"no content":    {JSON, "", 204, "Set-Cookie: session=" + aToken, "", Error{Fault: Empty, Why: "answered 204 No Content", Cookie: "session"}},
		"a cookie": {JSON, "", 200, "Set-Cookie: csrf_access_token=x\nSet-Cookie: access_token_cookie=x", `{"login":true}`, Error{
			Fault: NoToken, Why: "answered JSON without a token", Cookie: "access_token_cookie",
		}},
		"elsewhere": {JSON, "", 200, "", `{"a":{"b/c":["x","` + aToken + `"]}}`, Error{
			Fault: NoToken, Why: "answered JSON without a token", Place: "/a/b~1c/1",
		}},
		"no for an answer": {JSON, "", 200, "", `{"success":false,"message":"wrong password"}`, Error{
			Fault: NoToken, Why: "answered JSON without a token", Says: "wrong password",
		}},
		"not there":      {JSON, "/data/x", 200, "", `{"token":"y"}`, Error{Fault: NoToken, Why: "answered JSON without a text at /data/x"}},
		"no such cookie": {JSON, "cookie:x", 200, "", `{"token":"y"}`, Error{Fault: NoToken, Why: "answered JSON without a text at cookie:x"}},
		"a number":       {ClientGrant, "", 200, "", `{"access_token":1}`, Error{Fault: NoToken, Why: "answered JSON without an access_token"}},
		"a list":         {JSON, "", 200, "", `[]`, Error{Fault: Unreadable, Why: "gave an answer that is no JSON object: it is JSON, but not an object"}},
		"twice": {ClientGrant, "", 200, "", `{"access_token":"x","access_token":"y"}`, Error{
			Fault: Unreadable, Why: `gave an answer that is no JSON object: it has the name "access_token" twice in one object`,
		}},
		"a form":         {ClientGrant, "", 200, "", `access_token=x`, Error{Fault: Unreadable, Why: "gave an answer that is no JSON object: it is not JSON at byte 0"}},
		"packed":         {ClientGrant, "", 200, "Content-Encoding: gzip", "\x1f", Error{Fault: Unreadable, Why: "gave an answer that is compressed, which was not asked for: gzip"}},
		"three words":    {JSON, "", 200, "", `{"token":"a b c"}`, Error{Fault: Unreadable, Why: "gave a token that is not one word of printable ASCII (RFC 6749, appendix A.12)"}},
		"a line":         {JSON, "", 200, "", `{"token":"a\u001b[2J"}`, Error{Fault: Unreadable, Why: "gave a token that is not one word of printable ASCII (RFC 6749, appendix A.12)"}},
		"accepted":       {JSON, "", 202, "", `{}`, Error{Fault: Unreadable, Why: "answered 202 Accepted"}},
		"201 from OAuth": {ClientGrant, "", 201, "", `{"access_token":"x"}`, Error{Fault: Unreadable, Why: "answered 201 Created"}},
	} {
		t.Run(name, func(t *testing.T) {
			address, got := endpoint(t, test.status, test.header, test.body)
			r := Request{Way: test.way, URL: address, User: "alice", Password: password, ClientID: "app", ClientSecret: secret}
			if test.field != "" {
				r.Field = field(t, test.field)
			}
			_, err := Client{}.Login(t.Context(), r)
			e, ok := errors.AsType[*Error](err)
			if !ok {
				t.Fatal(err)
			}
			want := test.want
			want.URL, want.Way, want.Status = address, test.way, test.status
			if fmt.Sprintf("%+v", *e) != fmt.Sprintf("%+v", want) || len(*got) != 1 {
				t.Errorf("got  %+v\nwant %+v\nasked %d times", *e, want, len(*got))
			}
		})
	}
}

func TestRedirect(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		address, got := endpoint(t, status, "Location: /other?next=MARKED\nSet-Cookie: t="+aToken, `{"access_token":"x"}`)
		_, err := Client{}.Login(t.Context(), Request{Way: JSON, URL: address + "/login", Password: password})
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Fault != Redirect || e.To != address+"/other?…" || e.Cookie != "t" || len(*got) != 1 || strings.Contains(e.Error(), "MARKED") {
			t.Errorf("%d: %v", status, err)
		}
	}
}

// A server that repeats what it got does not get it into an error.
func TestMasked(t *testing.T) {
	r := Request{Way: PasswordGrant, User: "alice", Password: password, ClientID: "app", ClientSecret: secret}
	for _, echo := range []string{
		password, secret, url.QueryEscape(password), url.QueryEscape(secret), "MARKED p&amp;ss:wörd", BasicCredentials("app", secret), url.PathEscape(password),
	} {
		body, _ := json.Marshal(map[string]any{"error": "invalid_grant", "error_description": "you sent " + echo + " to us"})
		address, _ := endpoint(t, 400, "", string(body))
		r.URL = address
		_, err := Client{}.Login(t.Context(), r)
		if err == nil || !strings.Contains(err.Error(), "you sent <secret> to us") {
			t.Errorf("%q: %v", echo, err)
		}
	}
	r.Password = "no"
	address, _ := endpoint(t, 400, "", `{"error":"invalid_grant","error_description":"your password is not no"}`)
	r.URL = address
	if _, err := (Client{}).Login(t.Context(), r); err == nil || !strings.HasSuffix(err.Error(), "(words that repeat what was sent)") {
		t.Error(err)
	}
}

func TestChoose(t *testing.T) {
	for given, want := range map[string]string{
		"user":                               JSON,
		"user password user-field":           JSON,
		"user client-id":                     PasswordGrant,
		"user password scope":                PasswordGrant,
		"user issuer-url":                    PasswordGrant,
		"client-id client-secret":            ClientGrant,
		"client-id client-secret issuer-url": ClientGrant,
		"client-id client-secret scope aud":  ClientGrant,
		"refresh-token":                      RefreshGrant,
		"refresh-token client-id":            RefreshGrant,
		"client-id device-url":               DeviceCode,
		"client-id issuer-url":               DeviceCode,
		"client-id client-secret device-url": DeviceCode,
		"":                                   "",
		"client-id":                          "",
		"client-secret":                      "",
		"password":                           "",
		"issuer-url":                         "",
		"user refresh-token":                 "",
		"user device-url":                    "",
	} {
		var inputs []Input
		for name := range strings.FieldsSeq(given) {
			inputs = append(inputs, Input(name))
		}
		if way, ok := Choose(inputs); way.Name != want || ok != (want != "") {
			t.Errorf("%s: %s, want %s", given, way.Name, want)
		}
	}
}

// deviceServer gives a code, and then what stands in polls, one after another.
func deviceServer(t *testing.T, code string, polls ...string) (address string, forms *[]url.Values) {
	forms = new([]url.Values)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /device", func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		*forms = append(*forms, r.PostForm)
		_, _ = io.WriteString(w, code)
	})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		*forms = append(*forms, r.PostForm)
		poll := polls[0]
		if len(polls) > 1 {
			polls = polls[1:]
		}
		if poll == "" { // lost on the way
			panic(http.ErrAbortHandler)
		}
		if strings.Contains(poll, "error") {
			w.WriteHeader(http.StatusBadRequest)
		}
		_, _ = io.WriteString(w, poll)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL, forms
}

// A clock that only waiting moves.
type clock struct {
	at     time.Time
	waited []time.Duration
}

func (c *clock) now() time.Time { return c.at }
func (c *clock) wait(ctx context.Context, d time.Duration) error {
	c.at, c.waited = c.at.Add(d), append(c.waited, d)
	return ctx.Err()
}

func TestDevice(t *testing.T) {
	const (
		code    = `{"device_code":"MARKED-device-code","user_code":"WDJB-MJHT","verification_uri":"https://example.com/device","expires_in":1800,"interval":2}`
		pending = `{"error":"authorization_pending"}`
		slow    = `{"error":"slow_down"}`
		granted = `{"access_token":"x","token_type":"Bearer"}`
	)
	for name, test := range map[string]struct {
		code   string
		polls  []string
		waited string
		fails  string
	}{
		"at once":     {code, []string{granted}, "[2s]", ""},
		"pending":     {code, []string{pending, pending, granted}, "[2s 2s 2s]", ""},
		"slow down":   {code, []string{slow, pending, slow, granted}, "[2s 7s 7s 12s]", ""},
		"no interval": {strings.Replace(code, "interval", "other", 1), []string{granted}, "[5s]", ""},
		"too fast":    {strings.Replace(code, `"interval":2`, `"interval":0`, 1), []string{granted}, "[5s]", ""},
		"lost":        {code, []string{"", granted}, "[2s 4s]", ""},
		"denied":      {code, []string{pending, `{"error":"access_denied"}`}, "[2s 2s]", "answered 400 Bad Request with access_denied"},
		"expired":     {strings.Replace(code, "1800", "7", 1), []string{pending}, "[2s 2s 2s]", "gave no token: the code was not typed in time"},
		"told so":     {code, []string{`{"error":"expired_token"}`}, "[2s]", "answered 400 Bad Request with expired_token"},
		"repeated":    {code, []string{`{"error":"invalid_grant","error_description":"what is MARKED-device-code?"}`}, "[2s]", "the server says: what is <secret>?"},
		"no code":     {`{"access_token":"x"}`, nil, "[]", "is no device authorization endpoint: its answer lacks device_code, user_code or verification_uri"},
		"a page":      {"<!doctype html>", nil, "[]", "answered with a web page, not a token"},
	} {
		t.Run(name, func(t *testing.T) {
			address, forms := deviceServer(t, test.code, test.polls...)
			clock := &clock{at: time.Unix(1e9, 0)}
			var shown []Code
			var hidden []string
			client := Client{Wait: clock.wait, Now: clock.now, Show: func(c Code) { shown = append(shown, c) }, Hide: func(s string) { hidden = append(hidden, s) }}
			r := Request{Way: DeviceCode, URL: address + "/token", DeviceURL: address + "/device", ClientID: "app", Scope: []string{"a"}}
			answer, err := client.Login(t.Context(), r)
			switch {
			case test.fails == "" && (err != nil || answer.Token != "x"):
				t.Error(answer, err)
			case test.fails != "" && (err == nil || !strings.HasSuffix(err.Error(), test.fails)):
				t.Errorf("%v, want %s", err, test.fails)
			}
			if fmt.Sprint(clock.waited) != test.waited {
				t.Errorf("waited %v, want %s", clock.waited, test.waited)
			}
			if test.waited == "[]" {
				return
			}
			if len(shown) != 1 || shown[0].User != "WDJB-MJHT" || shown[0].URL != "https://example.com/device" || !slices.Equal(hidden, []string{"MARKED-device-code"}) {
				t.Errorf("shown %+v, hidden %v", shown, hidden)
			}
			if first := (*forms)[0]; first.Encode() != "client_id=app&scope=a" {
				t.Errorf("asked for a code with %v", first)
			}
			if next := (*forms)[1]; next.Encode() != "client_id=app&device_code=MARKED-device-code&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code" {
				t.Errorf("asked for a token with %v", next)
			}
		})
	}
}

func TestDeviceInterrupted(t *testing.T) {
	address, _ := deviceServer(t, `{"device_code":"d","user_code":"u","verification_url":"https://example.com"}`, `{"error":"authorization_pending"}`)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Client{Show: func(Code) { cancel() }}.Login(ctx, Request{
		Way: DeviceCode, URL: address + "/token", DeviceURL: address + "/device", ClientID: "app",
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestDiscover(t *testing.T) {
	var metadata map[string]any
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/oauth-authorization-server/tenant", func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewEncoder(w).Encode(metadata)
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	name := server.URL + "/tenant"
	metadata = map[string]any{"issuer": name, "token_endpoint": server.URL + "/token", "device_authorization_endpoint": server.URL + "/device"}
	client, _ := Lookup(ClientGrant)
	device, _ := Lookup(DeviceCode)
	if e, err := (Client{}).Discover(t.Context(), name, client); err != nil || (e != Endpoints{Token: server.URL + "/token", Auth: Basic}) {
		t.Errorf("%+v, %v", e, err)
	}
	metadata["token_endpoint_auth_methods_supported"] = []string{"client_secret_post", "private_key_jwt"}
	if e, err := (Client{}).Discover(t.Context(), name, device); err != nil || (e != Endpoints{server.URL + "/token", server.URL + "/device", Post}) {
		t.Errorf("%+v, %v", e, err)
	}
	delete(metadata, "device_authorization_endpoint")
	if _, err := (Client{}).Discover(t.Context(), name, device); err == nil || !strings.HasSuffix(err.Error(), "names no device_authorization_endpoint") {
		t.Error(err)
	}
	metadata["token_endpoint"] = "http://example.com/token"
	_, err := Client{}.Discover(t.Context(), name, client)
	if e, ok := errors.AsType[*issuer.Error](err); !ok || !strings.Contains(e.Error(), "plain http to another machine") {
		t.Error(err)
	}
	_, err = Client{}.Discover(t.Context(), server.URL, client)
	if e, ok := errors.AsType[*web.StatusError](err); !ok || e.Status != http.StatusNotFound {
		t.Error(err)
	}
}

func TestParseField(t *testing.T) {
	for _, bad := range []string{"", "cookie:", "header:", "/a~"} {
		if _, err := ParseField(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

// FuzzRead: whatever an endpoint answers, a token is one word, and no error repeats
// what was sent.
func FuzzRead(f *testing.F) {
	f.Add(200, `{"access_token":"x","expires_in":60}`, "application/json")
	f.Add(401, `{"detail":[{"loc":["body",1],"msg":"MARKED-password"}]}`, "application/json")
	f.Add(200, aToken, "text/plain")
	f.Add(201, `"`, "")
	f.Add(302, `{"errors":{"a":["required"]}}`, "text/html")
	f.Fuzz(func(t *testing.T, status int, body, kind string) {
		for _, way := range Ways() {
			r := Request{Way: way.Name, URL: "https://example.com", Password: "MARKED-password", ClientSecret: "MARKED-secret"}
			response := &web.Response{URL: r.URL, Status: status, Body: []byte(body), Header: http.Header{"Content-Type": {kind}, "Set-Cookie": {body}, "Location": {body}}}
			answer, err := r.read(way, response)
			switch {
			case err == nil && !word(answer.Token):
				t.Errorf("%q", answer.Token)
			case err != nil && strings.Contains(err.Error(), r.Password):
				t.Errorf("%v", err)
			}
		}
	})
}
