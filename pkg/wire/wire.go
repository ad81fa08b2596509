// Package wire has the records of what went over the wire: plain values that
// can be saved, read back and reasoned about without a network. A record holds
// no credential: where one stood, there is a mark.
package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Schema names the format of a saved [Log].
const Schema = "jwt.wire/v1"

// Marks that stand in a record for what was sent. So an echo can be proved from
// a record that does not have the value.
const (
	TokenMark = "<token>"      // the user's token, or all that stands between two of its dots
	PartMark  = "<token:part>" // another piece of it, or it with letters changed: no mark of the credential itself
	dummyMark = "<dummy:"

	// HiddenMark stands for what a server gave out: cookies and tokens of its own, which
	// let somebody in.
	HiddenMark = "<hidden>"
)

// DummyMark stands for the n-th made-up credential.
func DummyMark(n int) string { return fmt.Sprintf("%s%d>", dummyMark, n) }

// HasMark reports whether a text holds the mark of a credential.
func HasMark(text string) bool {
	return strings.Contains(text, TokenMark) || strings.Contains(text, dummyMark)
}

// A Log is everything that was asked of one target and answered.
type Log struct {
	Schema    string     `json:"schema"`
	Target    string     `json:"target"` // the URL, without user and query values
	Method    string     `json:"method"`
	Scheme    string     `json:"scheme"` // the auth scheme that the token is sent with
	Started   time.Time  `json:"started"`
	Ended     time.Time  `json:"ended,omitzero"`  // when the last answer was there; a log of old does not have it
	Proxy     string     `json:"proxy,omitempty"` // that the requests went through
	Token     *Token     `json:"token"`           // null if none was given
	Exchanges []Exchange `json:"exchanges"`
	Redirects *Exchange  `json:"redirects,omitempty"` // the way that a redirect leads, walked with a made-up credential; its first hop is that redirect

	Address     string `json:"address,omitempty"`     // the IP address that was asked, if it was chosen
	Interrupted bool   `json:"interrupted,omitempty"` // the run was cut short
	Addresses   []*Log `json:"addresses,omitempty"`   // of each other IP address of the host
	Compare     []*Log `json:"compare,omitempty"`     // of other URLs of the same application, from outside to inside
}

// A Token is what is known of the token without being it.
type Token struct {
	JWT     bool       `json:"jwt"`             // whether it is one; an opaque token is not
	Length  int        `json:"length"`          // in bytes
	Parts   int        `json:"parts,omitempty"` // between its dots, if it is a JWT: a signed one has three
	SHA256  string     `json:"sha256_8"`        // the first 8 hex digits
	Alg     string     `json:"alg,omitempty"`   // of the header, as its maker wrote it
	Typ     string     `json:"typ,omitempty"`
	HasKID  bool       `json:"has_kid"`
	Issued  *time.Time `json:"iat,omitempty"`
	Begins  *time.Time `json:"nbf,omitempty"`
	Expires *time.Time `json:"exp,omitempty"`
	Removed []string   `json:"removed,omitempty"` // what was taken off the text that was given
}

// Carries says what credential an experiment sends.
type Carries string

const (
	None    Carries = "none"
	Dummy   Carries = "dummy"   // made up; unknown to any server
	Derived Carries = "derived" // the token's header and payload with another signature
	Real    Carries = "token"
)

// An Exchange is one experiment: what was sent, hop by hop, and the answers.
type Exchange struct {
	Experiment string  `json:"experiment"`
	Carries    Carries `json:"carries"`
	Try        int     `json:"try,omitempty"`     // which time it is; 0 is the first
	In         string  `json:"in,omitempty"`      // where the token was put, if not in Authorization: cookie:NAME
	Skipped    string  `json:"skipped,omitempty"` // why it was not made: a stable word
	Fault      string  `json:"fault,omitempty"`   // why there is no answer
	Hops       []Hop   `json:"hops,omitempty"`
}

// Last is the answer of the last hop, nil if there is none.
func (e Exchange) Last() *Response {
	if len(e.Hops) == 0 || e.Fault != "" {
		return nil
	}
	return &e.Hops[len(e.Hops)-1].Response
}

// A Hop is one request and its answer.
type Hop struct {
	URL      string   `json:"url"`
	Method   string   `json:"method"`
	Wrote    []Field  `json:"wrote"` // as written to the connection, not as meant
	Response Response `json:"response"`
}

// A Field is one header field.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// A Response is an answer.
type Response struct {
	Status    int     `json:"status"`
	Proto     string  `json:"proto,omitempty"` // "HTTP/1.1"
	Header    []Field `json:"header"`
	Body      string  `json:"body,omitempty"`
	Truncated bool    `json:"truncated,omitempty"` // the body was longer than what was kept, or was not asked for
}

// Get is the first value of a field, by its name in any case.
func (r *Response) Get(name string) string {
	for _, f := range r.Header {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// Values are all values of a field.
func (r *Response) Values(name string) []string {
	var values []string
	for _, f := range r.Header {
		if strings.EqualFold(f.Name, name) {
			values = append(values, f.Value)
		}
	}
	return values
}

// ErrSchema says that a text is no saved log of this version.
var ErrSchema = errors.New("is no wire log of schema " + Schema)

// Load reads a saved log.
func Load(data []byte) (*Log, error) {
	var log Log
	if err := json.Unmarshal(data, &log); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSchema, err)
	}
	if log.Schema != Schema || !log.whole() {
		return nil, ErrSchema
	}
	return &log, nil
}

// whole reports whether there is a log wherever one stands: JSON has null too.
func (l *Log) whole() bool {
	return l != nil && !slices.ContainsFunc(slices.Concat(l.Addresses, l.Compare), func(one *Log) bool { return !one.whole() })
}

// Save is the log as [Load] reads it.
func (l *Log) Save() ([]byte, error) {
	data, err := json.MarshalIndent(l, "", "  ")
	return append(data, '\n'), err
}
