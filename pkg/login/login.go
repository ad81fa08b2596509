// Package login gets a token from a login or token endpoint: with a user's name and
// password as JSON or as a form, or by a grant of OAuth 2.0. A credential is sent
// once, to the endpoint that was named, and no redirect is followed with it.
package login

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/web"
)

// maxAnswer is the longest answer that is read, in bytes.
const maxAnswer = 1 << 20

// A Request is what is asked of an endpoint. What its way does not take is not sent.
type Request struct {
	Way       string // the name of one of [Ways]
	URL       string // of the login or token endpoint
	DeviceURL string // of the device authorization endpoint (RFC 8628 §3.1)

	User, Password           string
	UserField, PasswordField string // their names; "" is username and password. A JSON Pointer for JSON
	ClientID, ClientSecret   string
	ClientAuth               Auth
	RefreshToken             string
	Scope, Audience          []string
	Params                   []Param // sent along

	Field Field // where the token is in the answer; zero: where it usually is
}

// A Param is one more member of what is sent. For a form its value is a text, or
// the JSON of something else.
type Param struct {
	Name  string
	Value json.RawMessage
}

// An Auth is how a client says who it is (RFC 6749 §2.3.1). The zero value is Basic.
type Auth string

const (
	Basic Auth = "basic" // in the header
	Post  Auth = "post"  // in the body
)

// Auths is every one of them.
func Auths() []string { return []string{string(Basic), string(Post)} }

// An Answer is the token, and what was said of it.
type Answer struct {
	Token        string // one word of printable ASCII
	Type         string // token_type, or the word that stood before the token
	ExpiresIn    int64  // seconds; 0 if it is not said
	RefreshToken string
	Scope        string // that was granted, if it is said

	Endpoint string // that gave it, as [web.Redact] shows it
	Field    string // where it was: a name, a JSON Pointer, cookie:NAME, header:NAME; "" for all of the answer
}

// A Client logs in. Its fields are its only contact with the world.
type Client struct {
	HTTP *web.Client // nil is the zero Client

	// Wait waits between two questions for the token of a device; nil is a timer.
	Wait func(context.Context, time.Duration) error
	Now  func() time.Time // nil is time.Now

	// Show tells a person what to type where, before the wait for it begins. Device
	// is called with the secret half of it, which must not be shown.
	Show func(Code)
	Hide func(secret string)
}

// errWay is a mistake of the caller.
var errWay = errors.New("there is no such way to log in")

// ErrParam refuses a parameter that the way sets itself.
var ErrParam = errors.New("is sent already")

// A ParamError says which parameter cannot be sent, and why.
type ParamError struct {
	Name string
	Err  error
}

func (e *ParamError) Error() string { return string(strict.Quote(e.Name)) + " " + e.Err.Error() }
func (e *ParamError) Unwrap() error { return e.Err }

// Login asks for a token. Errors are [*Error], [*web.Error] and [*ParamError].
func (c Client) Login(ctx context.Context, r Request) (*Answer, error) {
	way, ok := Lookup(r.Way)
	if !ok {
		return nil, errWay
	}
	if way.Name == DeviceCode {
		return c.device(ctx, way, r)
	}
	message, err := r.message(way)
	if err != nil {
		return nil, err
	}
	response, err := c.post(ctx, r.URL, message)
	if err != nil {
		return nil, err
	}
	return r.read(way, response)
}

func (c Client) post(ctx context.Context, address string, m web.Message) (*web.Response, error) {
	client := c.HTTP
	if client == nil {
		client = &web.Client{}
	}
	return client.Post(ctx, address, m, maxAnswer)
}

// message is what the endpoint of a way gets.
func (r Request) message(way Way) (web.Message, error) {
	names := r.names(way)
	user, password := names[0], names[1]
	if way.Name == JSON {
		return r.json(Param{user, strict.Quote(r.User)}, Param{password, strict.Quote(r.Password)})
	}
	form := url.Values{}
	switch way.Name {
	case Form, PasswordGrant: // RFC 6749 §4.3.2
		form.Set(user, r.User)
		form.Set(password, r.Password)
	case RefreshGrant: // §6
		form.Set("refresh_token", r.RefreshToken)
	}
	if way.grant != "" {
		form.Set("grant_type", way.grant)
	}
	return r.form(way, form)
}

// names are what the user's credentials are sent as.
func (r Request) names(way Way) []string {
	if way.OAuth() {
		return []string{"username", "password"}
	}
	return []string{orElse(r.UserField, "username"), orElse(r.PasswordField, "password")}
}

// json is a message of JSON members, each at its place.
func (r Request) json(members ...Param) (web.Message, error) {
	var object strict.Object
	for _, m := range append(members, r.Params...) {
		steps, err := []string{m.Name}, error(nil)
		if strings.HasPrefix(m.Name, "/") {
			steps, err = strict.Pointer(m.Name)
		}
		if _, set := object.At(steps); err == nil && set {
			err = ErrParam
		}
		if err == nil {
			object, err = object.WithAt(steps, m.Value)
		}
		if err != nil {
			return web.Message{}, &ParamError{m.Name, err}
		}
	}
	return web.Message{Type: "application/json", Body: object.Raw()}, nil
}

// form is a message of form fields, with the client's credentials where its way has
// them.
func (r Request) form(way Way, form url.Values) (web.Message, error) {
	m := web.Message{Type: "application/x-www-form-urlencoded"}
	if way.OAuth() {
		m.Authorization = r.authenticate(form)
		if len(r.Scope) > 0 {
			form.Set("scope", strings.Join(r.Scope, " ")) // §3.3
		}
		if len(r.Audience) > 0 {
			form["audience"] = slices.Clone(r.Audience)
		}
	}
	own := make(map[string]bool, len(form))
	for name := range form {
		own[name] = true
	}
	for _, p := range r.Params {
		if own[p.Name] { // no parameter twice (§3.2), but for one such as resource (RFC 8707 §2)
			return m, &ParamError{p.Name, ErrParam}
		}
		text, ok := strict.Text(p.Value)
		if !ok {
			text = string(p.Value)
		}
		form.Add(p.Name, text)
	}
	m.Body = []byte(form.Encode())
	return m, nil
}

// authenticate puts the client's credentials into the form, or gives the header
// field that has them. A client without a secret only says its name (§3.2.1).
func (r Request) authenticate(form url.Values) (authorization string) {
	switch {
	case r.ClientID == "":
	case r.ClientSecret == "":
		form.Set("client_id", r.ClientID)
	case r.ClientAuth == Post:
		form.Set("client_id", r.ClientID)
		form.Set("client_secret", r.ClientSecret)
	default:
		return "Basic " + BasicCredentials(r.ClientID, r.ClientSecret)
	}
	return ""
}

// BasicCredentials is what the header has of a client's name and secret: each is
// form-urlencoded first (RFC 6749 §2.3.1), which many a client forgets.
func BasicCredentials(id, secret string) string {
	return base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(id) + ":" + url.QueryEscape(secret)))
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// A Field is where the token is in an answer.
type Field struct {
	cookie, header string
	steps          []string // of a JSON Pointer
	text           string   // as it was written
}

func (f Field) String() string { return f.text }

var errField = errors.New("is empty")

// ParseField reads NAME, /JSON/POINTER, cookie:NAME or header:NAME.
func ParseField(text string) (Field, error) {
	f := Field{text: text}
	var prefixed bool
	if f.cookie, prefixed = strings.CutPrefix(text, "cookie:"); prefixed {
		if f.cookie == "" {
			return Field{}, fmt.Errorf("the name of the cookie %w", errField)
		}
		return f, nil
	}
	f.cookie = ""
	if f.header, prefixed = strings.CutPrefix(text, "header:"); prefixed {
		if f.header == "" {
			return Field{}, fmt.Errorf("the name of the header field %w", errField)
		}
		return f, nil
	}
	f.header = ""
	if text == "" {
		return Field{}, fmt.Errorf("the name %w", errField)
	}
	f.steps = []string{text}
	if strings.HasPrefix(text, "/") {
		steps, err := strict.Pointer(text)
		if err != nil {
			return Field{}, err
		}
		f.steps = steps
	}
	return f, nil
}
