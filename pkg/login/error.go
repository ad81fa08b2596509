package login

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/web"
)

// A Fault is the stable name of why an answer has no token.
type Fault string

const (
	Refused     Fault = "refused"     // what was sent is not taken: a credential, a scope, a form
	Unavailable Fault = "unavailable" // the server cannot, or not now
	Absent      Fault = "absent"      // no such endpoint, or not for POST
	Redirect    Fault = "redirect"    // which is not followed
	Page        Fault = "page"        // for people
	Empty       Fault = "empty"
	Unreadable  Fault = "unreadable" // neither JSON nor a page, or not what the way gives
	NoToken     Fault = "no-token"   // JSON, without one
	Expired     Fault = "expired"    // of a code: nobody typed it in time
)

// An Error says why an endpoint gave no token. All but URL, Way, Status and Fault is
// from a stranger, without the credentials that were sent.
type Error struct {
	URL    string // as [web.Redact] shows it
	Way    string
	Status int // HTTP
	Fault  Fault
	Why    string // a predicate
	Code   string // the error code of RFC 6749 §5.2 or RFC 8628 §3.5; "" if there is none
	Says   string // the server's own words; "" if it has none for people

	Missing []string // the fields that it says are missing, and that were not sent
	Unseen  bool     // it says so of fields that were sent: it reads another format
	To      string   // where a redirect leads to, as [web.Redact] shows it
	Cookie  string   // the name of one that looks like a token
	Place   string   // the JSON Pointer to what looks like a token
}

func (e *Error) Error() string {
	text := e.URL + ": " + e.Why
	if e.Code != "" {
		text += " with " + e.Code
	}
	if e.Says != "" {
		text += "; the server says: " + e.Says
	}
	return text
}

// failure is an error about an answer, with what is always worth knowing.
func (r Request) failure(way Way, response *web.Response, fault Fault) *Error {
	e := &Error{URL: response.URL, Way: way.Name, Status: response.Status, Fault: fault}
	for _, cookie := range cookies(response) {
		if looksLikeToken(cookie.Value) || e.Cookie == "" && cookie.Value != "" && namesToken(cookie.Name) {
			e.Cookie = cookie.Name
		}
	}
	return e
}

// namesToken reports whether a cookie is called as if it held a token, and not one
// against cross-site request forgery.
func namesToken(cookie string) bool {
	name := strings.ToLower(cookie)
	return !strings.Contains(name, "csrf") && !strings.Contains(name, "xsrf") &&
		(strings.Contains(name, "token") || strings.Contains(name, "jwt"))
}

// refusal is an error about an answer whose status is not that of a token.
func (r Request) refusal(way Way, response *web.Response, from string, secrets ...string) *Error {
	e := r.failure(way, response, Refused)
	e.Why = "answered " + web.StatusText(response.Status)
	if e.To = r.mask(secrets)(response.Location(from)); e.To != "" {
		e.Fault, e.Why = Redirect, e.Why+" with a redirect to "+e.To+", which is not followed"
		return e
	}
	object, err := strict.ParseObject(response.Body)
	if err == nil {
		e.explain(way, object, r.mask(secrets))
		sent := func(name string) bool { return slices.Contains(r.names(way), name) }
		e.Unseen = e.Unseen || slices.ContainsFunc(e.Missing, sent)
		e.Missing = slices.DeleteFunc(e.Missing, sent)
	} else if kind := response.Header.Get("Content-Type"); strings.HasPrefix(kind, "text/plain") {
		e.Says = r.mask(secrets)(string(response.Body))
	}
	if page(response) {
		e.Why += " with a web page"
	}
	switch status := response.Status; {
	case e.Code == "server_error", e.Code == "temporarily_unavailable",
		status >= http.StatusInternalServerError, status == http.StatusTooManyRequests:
		e.Fault = Unavailable
	case e.Code != "":
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed, status == http.StatusGone:
		e.Fault = Absent
	case status == http.StatusNoContent:
		e.Fault = Empty
	case status < http.StatusBadRequest:
		e.Fault = Unreadable
	}
	return e
}

// noToken is an error about an object without a token.
func (r Request) noToken(way Way, response *web.Response, object strict.Object, secrets ...string) *Error {
	e := r.failure(way, response, NoToken)
	e.Why, e.Place = "answered JSON without a token", tokenPlace(object.Raw(), "")
	switch {
	case r.Field.text != "":
		e.Why = "answered JSON without a text at " + r.Field.text
	case way.OAuth():
		e.Why = "answered JSON without an access_token"
	}
	e.explain(way, object, r.mask(secrets))
	if e.Code != "" { // as GitHub has it: 200 with an error in it
		e.Fault, e.Why = Refused, "answered "+web.StatusText(response.Status)
	}
	return e
}

// unreadable is an error about an answer that should have been a JSON object.
func (r Request) unreadable(way Way, response *web.Response, err error) *Error {
	if page(response) {
		e := r.failure(way, response, Page)
		e.Why = "answered with a web page, not a token"
		return e
	}
	e := r.failure(way, response, Unreadable)
	e.Why = "gave an answer that " + response.Not("a JSON object", err.Error()).Why
	return e
}

func page(response *web.Response) bool {
	return strings.HasPrefix(strings.ToLower(response.Header.Get("Content-Type")), "text/html") ||
		strings.HasPrefix(strings.ToLower(strings.TrimSpace(string(response.Body[:min(len(response.Body), 100)]))), "<!doctype html")
}

// codes are the error codes that mean something here: RFC 6749 §5.2, RFC 8628 §3.5,
// RFC 8707 §2, and two of RFC 6749 §4.1.2.1 that token endpoints send too.
var codes = []string{
	"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope",
	"authorization_pending", "slow_down", "access_denied", "expired_token", "invalid_target", "server_error", "temporarily_unavailable",
}

// explain takes over what an object says about an error. Which words those are, each
// framework has an own opinion.
func (e *Error) explain(way Way, object strict.Object, mask func(string) string) {
	code, _ := object.Text("error")
	if known := slices.Contains(codes, code); known || way.OAuth() && word(code) {
		e.Code = mask(code)
	}
	words := e.words(object)
	if words == e.Code || words == code && e.Code != "" {
		words = ""
	}
	e.Says = mask(words)
	for i := range e.Missing {
		e.Missing[i] = mask(e.Missing[i])
	}
}

// words are what an object says to people, and Missing what it says is missing.
func (e *Error) words(object strict.Object) string {
	for _, name := range []string{"error_description", "description", "detail", "message", "msg", "error_message", "error", "title", "non_field_errors"} {
		value, ok := object.Get(name)
		if !ok {
			continue
		}
		if text := e.text(value); text != "" {
			if errors, ok := object.Get("errors"); ok { // Laravel, ASP.NET: the fields stand beside
				_ = e.text(errors)
			}
			return text
		}
	}
	if value, ok := object.Get("errors"); ok {
		return e.text(value)
	}
	return e.fields(object)
}

// text is what one value says: a text, a list of them, an object with a message, or
// fields with what is wrong with each.
func (e *Error) text(value json.RawMessage) string {
	if text, ok := strict.Text(value); ok {
		return text
	}
	if inner, err := strict.ParseObject(value); err == nil {
		if text, ok := inner.Text("message"); ok { // Google
			return text
		}
		return e.fields(inner)
	}
	elements, _ := strict.Elements(value)
	var texts []string
	for _, element := range elements {
		if text, ok := strict.Text(element); ok {
			texts = append(texts, text)
			continue
		}
		item, err := strict.ParseObject(element)
		if err != nil {
			continue
		}
		text, _ := item.Text("msg")
		where, _ := item.Get("loc") // FastAPI: ["body", "username"]
		if steps, ok := strict.Texts(where); ok && len(steps) > 0 {
			name := steps[len(steps)-1]
			e.missing(name, text)
			e.Unseen = e.Unseen || len(steps) == 1 // nothing of the body was understood
			text = name + ": " + text
		} else if text == "" {
			text, _ = item.Text("message")
		}
		if text != "" {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, ", ")
}

// fields are the texts of an object such as {"email":["This field is required."]}.
func (e *Error) fields(object strict.Object) string {
	var texts []string
	for _, m := range object.Members() {
		list, ok := strict.Texts(m.Value)
		if !ok || len(list) == 0 || m.Value[0] != '[' {
			continue
		}
		e.missing(m.Name, list[0])
		texts = append(texts, m.Name+": "+list[0])
	}
	return strings.Join(texts, ", ")
}

func (e *Error) missing(name, text string) {
	text = strings.ToLower(text)
	if strings.Contains(text, "required") || strings.Contains(text, "missing") {
		e.Missing = append(e.Missing, name)
	}
}

// mask takes what was sent out of a server's words, in the forms in which servers
// repeat things, and cuts them where they get long. What is too short to be told
// from prose takes the words with it: to mark where it stood would give it away.
func (r Request) mask(secrets []string) func(string) string {
	const (
		long     = 200 // characters
		tooShort = 8   // bytes
	)
	secrets = append([]string{r.Password, r.ClientSecret, r.RefreshToken}, secrets...)
	if r.ClientSecret != "" {
		secrets = append(secrets, BasicCredentials(r.ClientID, r.ClientSecret))
	}
	return func(text string) string {
		for _, secret := range secrets {
			if secret == "" {
				continue
			}
			quoted := string(strict.Quote(secret))
			forms := []string{secret, quoted[1 : len(quoted)-1], html.EscapeString(secret), url.QueryEscape(secret), url.PathEscape(secret)}
			for _, form := range forms {
				if !strings.Contains(text, form) {
					continue
				}
				if len(secret) < tooShort {
					return "(words that repeat what was sent)"
				}
				text = strings.ReplaceAll(text, form, "<secret>")
			}
		}
		text = strings.Join(strings.Fields(text), " ")
		if runes := []rune(text); len(runes) > long {
			text = string(runes[:long]) + "…"
		}
		return text
	}
}
