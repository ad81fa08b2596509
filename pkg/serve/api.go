package serve

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/token"
	"github.com/jwt-toolkit/jwt/pkg/verify"
)

// Realm names an [API] in its challenges.
const Realm = "jwt serve"

// An API is a protected resource as RFC 6750 has it, the token in the header only
// (§2.1): it lets in who has a token of its issuer for its audience. To all others
// it says in plain words how far their request has come. No answer repeats what
// was sent. The zero API lets nobody in.
type API struct {
	issuer   *Issuer
	audience string
	scope    []string
}

// NewAPI is an API for the tokens of one issuer, by its clock. They must name the
// audience, and in their scope (RFC 8693 §4.2) all of what is demanded.
func NewAPI(issuer *Issuer, audience string, scope ...string) *API {
	return &API{issuer, audience, scope}
}

// A refusal is an answer to who is not let in.
type refusal struct {
	status  int
	code    string // of RFC 6750 §3.1; none if there is no token to say anything about
	message string // stands in a quoted string: no quote, no backslash, ASCII (§3)
	scope   string // what would be enough
}

func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	claims, no := a.judge(r.Header.Values("Authorization"))
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if no == nil {
		sub, _ := claims.Get("sub")
		reply(w, http.StatusOK, struct {
			Sub json.RawMessage `json:"sub"`
		}{sub})
		return
	}
	challenge := `Bearer realm="` + Realm + `"`
	if no.code != "" {
		challenge += `, error="` + no.code + `", error_description="` + no.message + `"`
	}
	if no.scope != "" {
		challenge += `, scope="` + no.scope + `"`
	}
	w.Header().Set("WWW-Authenticate", challenge)
	reply(w, no.status, struct {
		Error   string `json:"error,omitempty"`
		Message string `json:"message"`
	}{no.code, no.message})
}

func reply(w http.ResponseWriter, status int, body any) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // who asked has gone, if it fails
}

// judge gives the claims of a token that is let in, or says why none is.
func (a *API) judge(fields []string) (strict.Object, *refusal) {
	no := func(status int, code, message string) (strict.Object, *refusal) {
		return strict.Object{}, &refusal{status: status, code: code, message: message}
	}
	// Without credentials, or with those of another scheme, there is no error code
	// (RFC 6750 §3.1). Such a challenge alone proves nothing: others send it to who
	// has a bad token too. So the message says it.
	if len(fields) == 0 {
		return no(http.StatusUnauthorized, "", "this request arrived without an Authorization header")
	}
	words := strings.Fields(fields[0])
	if len(fields) == 1 && len(words) > 0 && !strings.EqualFold(words[0], "Bearer") { // RFC 9110 §11.1
		return no(http.StatusUnauthorized, "", "the Authorization header arrived, with another auth scheme than Bearer")
	}
	if len(fields) != 1 || len(words) != 2 {
		return no(http.StatusBadRequest, "invalid_request", "the Authorization header is not of the form Bearer TOKEN, once")
	}
	t, result := a.verify(words[1])
	switch result.Outcome() {
	case verify.Valid:
	case verify.Malformed:
		return no(http.StatusUnauthorized, "invalid_token", "the token is not of the form of a signed JWT")
	case verify.ClaimMismatch:
		return no(http.StatusUnauthorized, "invalid_token", "the token is refused: not as this API demands: "+failed(result))
	case verify.NotYetValid:
		return no(http.StatusUnauthorized, "invalid_token", "the token is refused: its time has not come yet")
	case verify.Expired:
		return no(http.StatusUnauthorized, "invalid_token", "the token has expired")
	default: // also what could not be judged
		return no(http.StatusUnauthorized, "invalid_token", "the token is refused: the issuer has not signed it")
	}
	if scope, _ := t.Claims.Text("scope"); !allows(scope, a.scope) {
		return strict.Object{}, &refusal{
			http.StatusForbidden, "insufficient_scope", "the token does not have the scope that this API demands", strings.Join(a.scope, " "),
		}
	}
	return t.Claims, nil
}

func (a *API) verify(compact string) (*token.Token, verify.Result) {
	t, err := token.Parse(compact)
	if e, ok := errors.AsType[*token.ParseError](err); ok {
		return nil, verify.Unreadable(e)
	}
	if a.issuer == nil {
		return nil, verify.Result{}
	}
	return t, verify.Token(t, a.issuer.Keys(), verify.Policy{
		Issuer: a.issuer.url, Audience: []string{a.audience}, Require: []string{"sub", "exp"}, Now: clock(a.issuer.Now),
	})
}

// failed names the checks that failed, in the words of package verify: what was
// asked for, not what the token has.
func failed(r verify.Result) string {
	var ids []string
	for _, c := range r.Checks {
		if c.Status == verify.Fail {
			ids = append(ids, strings.TrimPrefix(c.ID, "require:"))
		}
	}
	return strings.Join(ids, " ")
}

func allows(scope string, demanded []string) bool {
	has := strings.Split(scope, " ")
	return !slices.ContainsFunc(demanded, func(one string) bool { return !slices.Contains(has, one) })
}
