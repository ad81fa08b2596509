package web

import (
	"fmt"
	"net/http"
	"strings"
)

// A StatusError says that a server answered, but not with what was wanted.
type StatusError struct {
	URL    string
	Want   string // "a JWK Set"
	Status int    // HTTP
	Type   string // the media type of the answer
	Why    string // a predicate; empty if it is the status that is wrong
}

func (e *StatusError) Error() string {
	if e.Why != "" {
		return e.URL + ": the answer " + e.Why
	}
	return fmt.Sprintf("%s: answered %s, not %s", e.URL, StatusText(e.Status), e.Want)
}

// StatusText is a status as people name it: "404 Not Found".
func StatusText(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}

// Not says what an answer is instead of what was wanted, as far as can be told from
// its header, else why its body could not be read, a predicate: "is not JSON".
// Without a why it is the status that is wrong.
func (r *Response) Not(want, why string) *StatusError {
	e := &StatusError{URL: r.URL, Want: want, Status: r.Status, Type: r.Header.Get("Content-Type")}
	encoding := r.Header.Get("Content-Encoding")
	switch {
	case why == "":
	case encoding != "" && encoding != "identity":
		e.Why = "is compressed, which was not asked for: " + encoding
	case strings.HasPrefix(strings.ToLower(e.Type), "text/html"):
		e.Why = "is a web page, not " + want
	default:
		e.Why = "is no " + strings.TrimPrefix(want, "a ") + ": it " + why
	}
	return e
}
