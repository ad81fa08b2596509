package probe

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// A Request is what is sent in one turn, beside what all requests have.
type Request struct {
	Method string
	URL    *url.URL
	Fields []wire.Field
	HTTP1  bool // over HTTP/1.1, whatever else is spoken
	Alone  bool // without the fields and the body that the user gave
}

func (r *Request) add(name, value string) {
	r.Fields = append(r.Fields, wire.Field{Name: name, Value: value})
}

func (r *Request) authorize(value string) { r.add("Authorization", value) }

func (r *Request) addCookie(name, value string) {
	cookie := (&http.Cookie{Name: name, Value: value}).String()
	if last := len(r.Fields) - 1; last >= 0 && r.Fields[last].Name == "Cookie" {
		r.Fields[last].Value += "; " + cookie
		return
	}
	r.add("Cookie", cookie)
}

func (r *Request) addQuery(name, value string) {
	r.URL.RawQuery = strings.TrimPrefix(r.URL.RawQuery+"&"+url.QueryEscape(name)+"="+url.QueryEscape(value), "&")
}

// A Place is where in a request a token is put.
type Place struct {
	Kind string // cookie, query, x or raw; empty for the Authorization field
	Name string // of the cookie, the parameter or the field
}

// InHeader is the place where a token belongs (RFC 6750 §2.1).
var InHeader = Place{}

// ParsePlace reads header, cookie:NAME, query:NAME, x:NAME or raw:NAME, where x is a field
// of another name, and raw is one that has the token alone in it.
func ParsePlace(text string) (p Place, ok bool) {
	if text == "header" {
		return InHeader, true
	}
	kind, name, _ := strings.Cut(text, ":")
	switch kind {
	case "cookie", "query", "x", "raw":
		return Place{kind, name}, isToken(name) && !strings.EqualFold(name, "authorization")
	}
	return p, false
}

func (p Place) String() string {
	if p == InHeader {
		return ""
	}
	return p.Kind + ":" + p.Name
}

// put puts the token there. Only in a field it has an auth scheme before it.
func (p Place) put(g given, r *Request) {
	switch p.Kind {
	case "cookie":
		r.addCookie(p.Name, g.token)
	case "query":
		r.addQuery(p.Name, g.token)
	case "x":
		r.add(p.Name, g.scheme+" "+g.token)
	case "raw":
		r.add(p.Name, g.token)
	}
}
