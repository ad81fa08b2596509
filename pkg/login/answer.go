package login

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/web"
)

// tokenNames are what APIs call a token, the likeliest first. RFC 6749 has only the
// first of them.
var tokenNames = []string{
	"access_token", "accessToken", "token", "jwt", "access", // access: djangorestframework-simplejwt
	"auth_token", "authToken", "jwt_token", "jwtToken", "bearer_token", "AccessToken", "Token",
	"id_token", "idToken", "key", // key: dj-rest-auth
}

// outerNames are what APIs put around it.
var outerNames = []string{"data", "result", "response", "user", "token", "tokens", "authorization", "authorisation", "auth", "session", "payload"}

// read takes the token out of an answer. secrets are what was sent beside the
// credentials of the request.
func (r Request) read(way Way, response *web.Response, secrets ...string) (*Answer, error) {
	if r.Field.cookie != "" || r.Field.header != "" {
		if text := r.Field.outside(response); text != "" && response.Status < http.StatusBadRequest {
			return r.answer(way, response, strict.Object{}, text, r.Field.text)
		}
	}
	// 201 is what some frameworks answer to every POST.
	if response.Status != http.StatusOK && (way.OAuth() || response.Status != http.StatusCreated) {
		return nil, r.refusal(way, response, r.URL, secrets...)
	}
	body := bytes.TrimSpace(response.Body)
	const header = "header:Authorization"
	inHeader, _ := ParseField(header)
	if text := inHeader.outside(response); text != "" && r.Field.text == "" && !way.OAuth() {
		return r.answer(way, response, strict.Object{}, text, header)
	}
	value, err := strict.ParseValue(body) // a text and nothing else, as JSON or as it is
	text, bare := strict.Text(value)
	if err != nil {
		text = string(body)
		bare = looksLikeToken(text)
	}
	if bare && r.Field.text == "" && !way.OAuth() {
		return r.answer(way, response, strict.Object{}, text, "")
	}
	if len(body) == 0 {
		e := r.failure(way, response, Empty)
		e.Why = "answered " + web.StatusText(response.Status) + " with nothing in it"
		return nil, e
	}
	object, err := strict.ParseObject(body)
	if err != nil {
		return nil, r.unreadable(way, response, err)
	}
	text, field := r.find(way, object)
	if text == "" {
		return nil, r.noToken(way, response, object, secrets...)
	}
	return r.answer(way, response, object, text, field)
}

// outside is the token in a cookie or a header field; "" if there is none.
func (f Field) outside(response *web.Response) string {
	if f.header != "" {
		return response.Header.Get(f.header)
	}
	for _, cookie := range cookies(response) {
		if cookie.Name == f.cookie {
			return cookie.Value
		}
	}
	return ""
}

func cookies(response *web.Response) []*http.Cookie {
	return (&http.Response{Header: response.Header}).Cookies()
}

// find looks for the token where it is said to be, else where it usually is.
func (r Request) find(way Way, object strict.Object) (text, field string) {
	at := func(steps ...string) string {
		value, _ := object.At(steps)
		text, _ := strict.Text(value)
		return text
	}
	switch {
	case r.Field.cookie != "" || r.Field.header != "":
		return "", ""
	case r.Field.steps != nil:
		return at(r.Field.steps...), r.Field.text
	case way.OAuth(): // RFC 6749 §5.1
		return at("access_token"), "access_token"
	}
	for _, name := range tokenNames {
		if text := at(name); text != "" {
			return text, name
		}
	}
	for _, outer := range outerNames {
		for _, name := range tokenNames {
			if text := at(outer, name); text != "" {
				return text, "/" + outer + "/" + name
			}
		}
	}
	return "", ""
}

// answer is the token that was found, and what the object says of it.
func (r Request) answer(way Way, response *web.Response, object strict.Object, text, field string) (*Answer, error) {
	a := &Answer{Endpoint: response.URL, Field: field}
	scheme, token, two := strings.Cut(strings.TrimSpace(text), " ")
	if two { // "Bearer eyJ…", as some APIs have it
		a.Type, a.Token = scheme, strings.TrimSpace(token)
	} else {
		a.Token = scheme
	}
	if !word(a.Token) || two && !word(a.Type) {
		e := r.failure(way, response, Unreadable)
		e.Why = "gave a token that is not one word of printable ASCII (RFC 6749, appendix A.12)"
		return nil, e
	}
	// What is said of the token stands beside it.
	if steps, err := strict.Pointer(field); err == nil && len(steps) > 1 {
		value, _ := object.At(steps[:len(steps)-1])
		object, _ = strict.ParseObject(value)
	}
	if kind, ok := object.Text("token_type"); ok && word(kind) {
		a.Type = kind
	}
	if seconds, ok := wholeSeconds(object, "expires_in"); ok {
		a.ExpiresIn = seconds
	}
	a.Scope, _ = object.Text("scope")
	for _, name := range []string{"refresh_token", "refreshToken", "refresh"} {
		if text, ok := object.Text(name); ok && word(text) && a.RefreshToken == "" {
			a.RefreshToken = text
		}
	}
	return a, nil
}

// word reports whether a text is one word of printable ASCII.
func word(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(c rune) bool { return c <= ' ' || c > '~' })
}

// wholeSeconds reads a number of seconds. Some APIs write it as a text.
func wholeSeconds(object strict.Object, name string) (seconds int64, ok bool) {
	value, _ := object.Get(name)
	text, isText := strict.Text(value)
	if !isText {
		text = string(value)
	}
	seconds, err := strconv.ParseInt(text, 10, 32)
	return seconds, err == nil && seconds > 0
}

// looksLikeToken reports whether a text has the form of a JWT.
func looksLikeToken(text string) bool {
	return strings.HasPrefix(text, "eyJ") && strings.Count(text, ".") >= 2 && !strings.ContainsFunc(text, func(c rune) bool {
		return c != '.' && (c > 'z' || !strict.IsBase64URL(byte(c))) //nolint:gosec // ASCII
	})
}

// tokenPlace is the JSON Pointer to the first text of the form of a JWT; "" if there
// is none.
func tokenPlace(value json.RawMessage, at string) string {
	if text, ok := strict.Text(value); ok {
		if looksLikeToken(text) {
			return at
		}
		return ""
	}
	if elements, ok := strict.Elements(value); ok {
		for i, element := range elements {
			if found := tokenPlace(element, at+"/"+strconv.Itoa(i)); found != "" {
				return found
			}
		}
		return ""
	}
	object, err := strict.ParseObject(value)
	if err != nil {
		return ""
	}
	for _, m := range object.Members() {
		name := strings.NewReplacer("~", "~0", "/", "~1").Replace(m.Name)
		if found := tokenPlace(m.Value, at+"/"+name); found != "" {
			return found
		}
	}
	return ""
}
