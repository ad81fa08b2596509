package serve

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/sign"
	"github.com/jwt-toolkit/jwt/pkg/strict"
)

// Paths of [Grants].
const (
	TokenPath      = "/oauth/token"
	DeviceCodePath = "/oauth/device_authorization"
	DevicePath     = "/device"
	AuthPath       = "/auth"
)

const (
	maxForm    = 64 << 10 // bytes of what is sent to ask for a token
	maxRefresh = 1000     // refresh tokens that are kept; the oldest goes first

	deviceGrant = "urn:ietf:params:oauth:grant-type:device_code" // RFC 8628 §3.4
)

// An Account is the one user and the one client that [Grants] knows. What is empty
// is not known, and lets nobody in.
type Account struct {
	User, Password         string
	ClientID, ClientSecret string
}

// Grants gives the tokens of an issuer to who proves to be its user or client: by
// the grants of OAuth 2.0 that need no browser on this machine (client credentials,
// password, refresh token, device code), and by name and password in JSON, as
// Flask-JWT has it. A token has the audience and the scope that are asked for, so
// that wrong ones can be had too.
type Grants struct {
	Audience string        // of who asks for none
	Scope    []string      // of who asks for none
	Lifetime time.Duration // of a token

	issuer  *Issuer
	account Account
	mux     http.ServeMux

	mu      sync.Mutex
	refresh []refreshToken
	devices []*device
}

// A grantee is who gets a token.
type grantee struct {
	user, client, audience, scope string
}

// A refreshToken is good once (RFC 9700 §4.14.2).
type refreshToken struct {
	text string
	grantee
}

// NewGrants gives the tokens of one issuer, and has it say so in its documents. It
// is called before the issuer is asked for anything.
func NewGrants(issuer *Issuer, account Account) *Grants {
	g := &Grants{issuer: issuer, account: account, Lifetime: MaxLifetime}
	g.mux.HandleFunc("POST "+TokenPath, g.token)
	g.mux.HandleFunc("POST "+DeviceCodePath, g.deviceCode)
	g.mux.HandleFunc("GET "+DevicePath, g.devicePage)
	g.mux.HandleFunc("POST "+DevicePath, g.deviceAnswer)
	g.mux.HandleFunc("POST "+AuthPath, g.auth)
	list := func(texts ...string) json.RawMessage {
		text, _ := json.Marshal(texts) // texts always are JSON
		return text
	}
	issuer.extra = []sign.Member{
		{Name: "token_endpoint", Value: strict.Quote(issuer.url + TokenPath)},
		{Name: "device_authorization_endpoint", Value: strict.Quote(issuer.url + DeviceCodePath)},
		{Name: "grant_types_supported", Value: list("client_credentials", "password", "refresh_token", deviceGrant)},
		{Name: "token_endpoint_auth_methods_supported", Value: list("client_secret_basic", "client_secret_post", "none")},
		// Which clients of OpenID Connect demand, though nobody is sent here to log in.
		{Name: "response_types_supported", Value: json.RawMessage("[]")},
		{Name: "subject_types_supported", Value: list("public")},
		{Name: "id_token_signing_alg_values_supported", Value: list(issuer.keys[0].key.Alg)},
	}
	return g
}

func (g *Grants) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	g.mux.ServeHTTP(w, r)
}

// A grantError is an error of RFC 6749 §5.2, or of RFC 8628 §3.5.
type grantError struct {
	status      int
	code        string
	description string
}

func (e *grantError) Error() string { return e.code + ": " + e.description }

func refuse(code, description string) error {
	return &grantError{http.StatusBadRequest, code, description}
}

// fail answers with an error; basic is whether the client came with that scheme.
func fail(w http.ResponseWriter, err error, basic bool) {
	e, ok := errors.AsType[*grantError](err)
	if !ok {
		e = &grantError{http.StatusInternalServerError, "server_error", "no token can be made"}
	}
	if e.status == http.StatusUnauthorized && basic { // RFC 6749 §5.2
		w.Header().Set("WWW-Authenticate", `Basic realm="`+Realm+`"`)
	}
	answerJSON(w, e.status, struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}{e.code, e.description})
}

// form is what was sent; it refuses what has a parameter twice (RFC 6749 §3.2).
func form(r *http.Request) (url.Values, error) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/x-www-form-urlencoded" {
		return nil, refuse("invalid_request", "the request is not a form (application/x-www-form-urlencoded)")
	}
	if err := r.ParseForm(); err != nil {
		return nil, refuse("invalid_request", "the form cannot be read")
	}
	for name, values := range r.PostForm {
		if len(values) > 1 && name != "audience" && name != "resource" { // RFC 8693 §2.1, RFC 8707 §2
			return nil, refuse("invalid_request", "a parameter is there twice")
		}
	}
	return r.PostForm, nil
}

// equal compares credentials in a time that says nothing about them. An empty one
// is nobody's.
func equal(given, want string) bool {
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(want))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1 && want != ""
}

// client is who asks (RFC 6749 §2.3.1), and whether it has proved to be so. It need
// not say who it is; if it does, it must be true.
func (g *Grants) client(r *http.Request, f url.Values) (id string, proved bool, err error) {
	wrong := &grantError{http.StatusUnauthorized, "invalid_client", "there is no client of this name and secret"}
	id, secret, basic := r.BasicAuth()
	switch {
	case basic:
		var err1, err2 error
		id, err1 = url.QueryUnescape(id) // each is form-urlencoded first
		secret, err2 = url.QueryUnescape(secret)
		if err1 != nil || err2 != nil || f.Has("client_secret") {
			return "", false, wrong
		}
		if f.Has("client_id") && f.Get("client_id") != id {
			return "", false, wrong
		}
	case r.Header.Get("Authorization") != "":
		return "", false, wrong
	default:
		id, secret = f.Get("client_id"), f.Get("client_secret")
	}
	named, right := equal(id, g.account.ClientID), equal(secret, g.account.ClientSecret)
	switch {
	case id == "" && secret == "" && !basic:
		return "", false, nil
	case !named || !right && (basic || f.Has("client_secret")):
		return "", false, wrong
	}
	return id, right, nil
}

func (g *Grants) token(w http.ResponseWriter, r *http.Request) {
	_, _, basic := r.BasicAuth()
	f, err := form(r)
	if err != nil {
		fail(w, err, basic)
		return
	}
	client, proved, err := g.client(r, f)
	if err != nil {
		fail(w, err, basic)
		return
	}
	for _, grant := range []struct {
		name string
		who  func() (grantee, error)
		once bool // no refresh token comes along (RFC 6749 §4.4.3)
	}{
		{"client_credentials", func() (grantee, error) {
			if !proved {
				return grantee{}, &grantError{http.StatusUnauthorized, "invalid_client", "the client has not proved who it is"}
			}
			return g.asked(f, "", client)
		}, true},
		{"password", func() (grantee, error) {
			if !g.isUser(f.Get("username"), f.Get("password")) {
				return grantee{}, refuse("invalid_grant", "there is no user of this name and password")
			}
			return g.asked(f, g.account.User, client)
		}, false},
		{"refresh_token", func() (grantee, error) { return g.refreshed(f, client) }, false},
		{deviceGrant, func() (grantee, error) { return g.confirmed(f.Get("device_code"), client) }, false},
	} {
		if grant.name != f.Get("grant_type") {
			continue
		}
		who, err := grant.who()
		if err != nil {
			fail(w, err, basic)
			return
		}
		g.give(w, who, !grant.once)
		return
	}
	if !f.Has("grant_type") {
		fail(w, refuse("invalid_request", "there is no grant_type"), basic)
		return
	}
	fail(w, refuse("unsupported_grant_type", "the grants are client_credentials, password, refresh_token and device_code"), basic)
}

func (g *Grants) isUser(name, password string) bool {
	named, right := equal(name, g.account.User), equal(password, g.account.Password)
	return named && right
}

// asked is a grantee with the audience and the scope that a form asks for.
func (g *Grants) asked(f url.Values, user, client string) (grantee, error) {
	who := grantee{user: user, client: client, audience: g.Audience, scope: strings.Join(g.Scope, " ")}
	for _, name := range []string{"resource", "audience"} {
		if f.Has(name) {
			if len(f[name]) > 1 {
				return grantee{}, refuse("invalid_target", "a token is for one audience")
			}
			who.audience = f.Get(name)
		}
	}
	if f.Has("scope") {
		who.scope = f.Get("scope")
		for one := range strings.SplitSeq(who.scope, " ") {
			if !isScope(one) {
				return grantee{}, refuse("invalid_scope", "a scope is one or more words with one space between them")
			}
		}
	}
	return who, nil
}

// isScope reports whether a text is one scope (RFC 6749 §3.3).
func isScope(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(c rune) bool { return c <= ' ' || c > '~' || c == '"' || c == '\\' })
}

// give answers with a token (RFC 6749 §5.1).
func (g *Grants) give(w http.ResponseWriter, who grantee, again bool) {
	token, err := g.sign(who)
	if err != nil {
		fail(w, err, false)
		return
	}
	refresh := ""
	if again {
		refresh = g.keepRefresh(who)
	}
	answerJSON(w, http.StatusOK, struct {
		Token   string `json:"access_token"`
		Type    string `json:"token_type"`
		Expires int64  `json:"expires_in"`
		Refresh string `json:"refresh_token,omitempty"`
		Scope   string `json:"scope,omitempty"`
	}{token, "Bearer", int64(g.Lifetime / time.Second), refresh, who.scope})
}

func (g *Grants) sign(who grantee) (string, error) {
	subject := who.user
	if subject == "" {
		subject = who.client // RFC 9068 §2.2
	}
	members := []sign.Member{{Name: "sub", Value: strict.Quote(subject)}, {Name: "aud", Value: strict.Quote(who.audience)}}
	for _, m := range []struct{ name, text string }{{"client_id", who.client}, {"scope", who.scope}, {"jti", random()}} {
		if m.text != "" {
			members = append(members, sign.Member{Name: m.name, Value: strict.Quote(m.text)})
		}
	}
	claims, err := sign.Merge(strict.Object{}, members)
	if err != nil {
		return "", err
	}
	return g.issuer.Token(claims, g.Lifetime)
}

func (g *Grants) keepRefresh(who grantee) string {
	text := random()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.refresh = append(g.refresh, refreshToken{text, who})
	if excess := len(g.refresh) - maxRefresh; excess > 0 {
		g.refresh = slices.Delete(g.refresh, 0, excess)
	}
	return text
}

// refreshed takes a refresh token back, which can narrow the scope (RFC 6749 §6).
func (g *Grants) refreshed(f url.Values, client string) (grantee, error) {
	given := f.Get("refresh_token")
	g.mu.Lock()
	defer g.mu.Unlock()
	at := slices.IndexFunc(g.refresh, func(t refreshToken) bool { return equal(given, t.text) && t.client == client })
	if at < 0 {
		return grantee{}, refuse("invalid_grant", "there is no such refresh token of this client; each is good once")
	}
	who := g.refresh[at].grantee
	if f.Has("scope") {
		for one := range strings.SplitSeq(f.Get("scope"), " ") {
			if !isScope(one) || !allows(who.scope, []string{one}) {
				return grantee{}, refuse("invalid_scope", "a refresh token gives no more scope than there was")
			}
		}
		who.scope = f.Get("scope")
	}
	g.refresh = slices.Delete(g.refresh, at, at+1)
	return who, nil
}

// auth is the login of Flask-JWT: name and password as JSON, and its answers.
func (g *Grants) auth(w http.ResponseWriter, r *http.Request) {
	no := func(status int, description string) {
		answerJSON(w, status, struct {
			Description string `json:"description"`
			Error       string `json:"error"`
			Status      int    `json:"status_code"`
		}{description, "Bad Request", status})
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		no(http.StatusUnsupportedMediaType, "name and password are wanted as JSON (application/json)")
		return
	}
	body, err := io.ReadAll(r.Body)
	object, jsonErr := strict.ParseObject(body)
	if err != nil || jsonErr != nil {
		no(http.StatusBadRequest, "the body is not one JSON object")
		return
	}
	user, _ := object.Text("username")
	password, _ := object.Text("password")
	if !g.isUser(user, password) {
		no(http.StatusUnauthorized, "Invalid credentials")
		return
	}
	token, err := g.sign(grantee{user: user, audience: g.Audience, scope: strings.Join(g.Scope, " ")})
	if err != nil {
		no(http.StatusInternalServerError, "no token can be made")
		return
	}
	answerJSON(w, http.StatusOK, struct {
		Token string `json:"access_token"`
	}{token})
}
