// Package probe asks a server the same question with different credentials and
// records what came back. It observes, and never concludes.
package probe

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// DefaultScheme is the auth scheme that almost every API takes (RFC 6750 §2.1).
const DefaultScheme = "Bearer"

// A Target is what is asked, and with what.
type Target struct {
	URL    string
	Method string       // default GET
	Header []wire.Field // to send along; never Authorization
	Body   []byte
	Scheme string // default [DefaultScheme]

	Token     string      // as it stands in the field, behind the scheme; empty: none
	Record    *wire.Token // what may be recorded of it
	AllowHTTP bool        // send the token over plain http to another machine

	Deep   bool    // make all experiments, with any method
	Repeat int     // how often the main question is asked; 0 and 1 are once
	SendIn []Place // where else the token is put, one place at a time
}

// A Client runs experiments. The zero Client is ready to use.
type Client struct {
	Transport http.RoundTripper // default http.DefaultTransport
	HTTP1     http.RoundTripper // one that speaks HTTP/1.1 only; without it nothing is asked over both
	Timeout   time.Duration     // of one request; default 10 s
	Agent     string            // the User-Agent field
	Now       func() time.Time  // default time.Now
	Nonce     func() string     // makes credentials nobody knows; default random

	// Elsewhere makes the transport for another origin, to which a redirect leads. One
	// that is not trusted must not show it who the user is. Nil: nobody is asked there,
	// unless Transport is nil too.
	Elsewhere func(address string, trusted bool) (http.RoundTripper, error)
}

const defaultTimeout = 10 * time.Second

// A TargetError says why a target cannot be asked. Nothing was sent.
type TargetError struct {
	Fault Fault
	Why   string // a sentence about the target
}

func (e *TargetError) Error() string { return e.Why }

// A Fault is the stable name of what makes a target unusable.
type Fault string

const (
	BadURL    Fault = "bad-url"
	BadMethod Fault = "bad-method"
	BadField  Fault = "bad-field"
	BadScheme Fault = "bad-scheme"
	BadToken  Fault = "bad-token" // it cannot stand in a header field
	BadPlace  Fault = "bad-place"
	PlainHTTP Fault = "plain-http" // the token would go to another machine in clear
)

// prepared is a target that was checked, with its defaults filled in.
func (t Target) prepared() (Target, *url.URL, error) {
	fail := func(fault Fault, why string) (Target, *url.URL, error) {
		return t, nil, &TargetError{fault, why}
	}
	if t.Method == "" {
		t.Method = http.MethodGet
	}
	if t.Scheme == "" {
		t.Scheme = DefaultScheme
	}
	target, err := url.Parse(t.URL)
	switch {
	case err != nil || target.Host == "" || target.Scheme != "http" && target.Scheme != "https":
		return fail(BadURL, "the target is not an http or https URL")
	case target.User != nil:
		return fail(BadURL, "the URL has a user in it, which would be sent as Basic credentials in place of the token")
	case !isToken(t.Method):
		return fail(BadMethod, "the method is not one")
	case t.Method == http.MethodConnect:
		return fail(BadMethod, "CONNECT asks for no URL")
	case t.Method == http.MethodTrace: // RFC 9110 §9.3.8
		return fail(BadMethod, "TRACE sends back what it gets, so no token may go with it")
	case !isToken(t.Scheme):
		return fail(BadScheme, "the auth scheme is not one word")
	case strings.ContainsFunc(t.Token, func(r rune) bool { return r <= ' ' || r >= 0x7f }):
		return fail(BadToken, "the token has a character that cannot stand in a header field")
	case t.Token != "" && target.Scheme == "http" && !loopback(target.Hostname()) && !t.AllowHTTP:
		return fail(PlainHTTP, "the target is plain http on another machine: the token would be sent for all to read")
	}
	for _, place := range t.SendIn {
		if place != InHeader && !isToken(place.Name) {
			return fail(BadPlace, "a place for the token has a name that cannot be sent")
		}
	}
	for _, f := range t.Header {
		if !isToken(f.Name) || strings.ContainsAny(f.Value, "\r\n\x00") {
			return fail(BadField, "a header field has a name or a value that cannot be sent")
		}
		if strings.EqualFold(f.Name, "Authorization") {
			return fail(BadField, "the Authorization field is what the experiments are about; it cannot be given")
		}
	}
	return t, target, nil
}

// Run makes each experiment in turn, without following redirects. An exchange
// that fails is an observation; only an unusable target, a [*TargetError], or a
// cancelled context is an error. The log of a cancelled run has what was found
// until then. Where the URL only leads elsewhere, the way is walked with a made-up
// credential, to see where it ends.
func (c *Client) Run(ctx context.Context, t Target) (*wire.Log, error) {
	log, _, err := c.run(ctx, t, false)
	return log, err
}

func (c *Client) run(ctx context.Context, t Target, trusted bool) (*wire.Log, *walk, error) {
	t, target, err := t.prepared()
	if err != nil {
		return nil, nil, err
	}
	now := c.Now
	if now == nil {
		now = time.Now
	}
	log := &wire.Log{
		Schema: wire.Schema, Target: shown(target), Method: t.Method, Scheme: t.Scheme,
		Started: now().UTC().Truncate(time.Second), // as it is saved
	}
	if t.Token != "" {
		log.Token = t.Record
	}
	s := session{client: c, target: t, marks: newMarks(t), locations: map[string]string{}}
	for i, turn := range t.turns() {
		if turn.ifDoubtful && !doubtful(log) {
			continue
		}
		exchange := wire.Exchange{Experiment: turn.ID, Carries: turn.Carries, Try: turn.try, In: turn.in.String()}
		exchange.Skipped = turn.skip(t, log)
		if turn.ID == OverHTTP1 && c.HTTP1 == nil {
			exchange.Skipped = SkippedDecided
		}
		if exchange.Skipped == "" {
			g := given{t.Scheme, t.Token, c.nonce(), refusedLength(log)}
			request := turn.request(t, target, g)
			s.marks.learn(turn.Carries, request, g, wire.DummyMark(i))
			s.do(ctx, request, &exchange)
		}
		log.Exchanges = append(log.Exchanges, exchange)
		log.Ended = now().UTC().Truncate(time.Second)
		if ctx.Err() != nil {
			log.Interrupted = true
			return log, nil, ctx.Err()
		}
	}
	w := s.walk(ctx, log, target, trusted)
	if w != nil {
		log.Redirects = w.exchange
	}
	log.Interrupted = ctx.Err() != nil
	return log, w, ctx.Err()
}

// A turn is one request of a run: an experiment, the how-manieth time it is made, and
// where the token is put.
type turn struct {
	Experiment
	try int // 0 is the first
	in  Place

	ifDoubtful bool // only where the answers before contradict each other
}

// turns is what is asked, in its order: the first part, the main question again as
// often as is wanted, other places for the token, and the deep part.
func (t Target) turns() []turn {
	var list, deep []turn
	byID := map[string]turn{}
	for _, e := range experiments {
		byID[e.ID] = turn{Experiment: e}
		switch {
		case !e.deep:
			list = append(list, byID[e.ID])
		case t.Deep:
			deep = append(deep, byID[e.ID])
		}
	}
	subject := JunkToken
	if t.Token != "" {
		subject = RealToken
	}
	if t.Repeat <= 1 { // twice: an odd number of requests after the first, and an even one
		for try := 1; try <= 2; try++ {
			again := byID[RealToken]
			again.try, again.ifDoubtful = try, true
			list = append(list, again)
		}
	}
	for try := 1; try < t.Repeat; try++ {
		pair := [2]turn{byID[NoHeader], byID[subject]}
		if try%2 == 0 { // else servers that take turns would each get one question only
			pair[0], pair[1] = pair[1], pair[0]
		}
		for _, again := range pair {
			again.try = try
			list = append(list, again)
		}
	}
	for _, place := range t.SendIn {
		if place != InHeader {
			list = append(list, turn{Experiment: tokenElsewhere, in: place})
		}
	}
	return append(list, deep...)
}

// request is what a turn sends.
func (t turn) request(target Target, address *url.URL, g given) *Request {
	u := *address
	r := &Request{Method: target.Method, URL: &u}
	if t.ID == TokenElsewhere {
		t.in.put(g, r)
		return r
	}
	t.send(g, r)
	return r
}

func (c *Client) nonce() string {
	if c.Nonce != nil {
		return c.Nonce()
	}
	// The digit in front makes it a word that changes by itself, also where an answer has
	// only the beginning of it.
	return "7" + rand.Text()[1:]
}

// maxName is how long a part of a query without a value may be, such as wsdl.
const maxName = 12

// shown is the target's URL without its fragment, which is not sent, and the values of
// its query: they may be secret.
func shown(target *url.URL) string {
	u := *target
	u.Fragment, u.RawFragment = "", ""
	if u.RawQuery != "" {
		names := []string{}
		for pair := range strings.SplitSeq(u.RawQuery, "&") {
			name, _, hasValue := strings.Cut(pair, "=")
			switch {
			case hasValue:
				name += "=" + GivenMark
			case len(name) > maxName: // it may be a value without a name
				name = GivenMark
			}
			names = append(names, name)
		}
		u.RawQuery = ""
		return strings.TrimSuffix(u.String(), "?") + "?" + strings.Join(names, "&")
	}
	return u.String()
}

// A Step is one request as it would be made.
type Step struct {
	Experiment
	Request
}

// Plan says what Run would send to a target, and sends nothing. What depends on the
// answers is planned for.
func Plan(t Target) ([]Step, error) {
	t, target, err := t.prepared()
	if err != nil {
		return nil, err
	}
	var steps []Step
	for _, turn := range t.turns() {
		if !turn.ifDoubtful && turn.skip(t, &wire.Log{}) == "" {
			g := given{t.Scheme, t.Token, "jwt-probe", lengths[0].long}
			steps = append(steps, Step{turn.Experiment, *turn.request(t, target, g)})
		}
	}
	return steps, nil
}

func isToken(text string) bool {
	if text == "" {
		return false
	}
	for _, c := range []byte(text) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return true
}

// NoTLS is the fault of an exchange with a server that does not speak it.
const NoTLS = "no TLS there: it may be plain http"

func fault(err error, timeout time.Duration) string {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err // without the URL: its query may be secret
	}
	_, isRecord := errors.AsType[tls.RecordHeaderError](err)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("no answer within %s", timeout)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		err.Error() == "http: server closed idle connection": // not exported; before the request was written
		return "the connection was closed without an answer"
	case isRecord:
		return NoTLS
	}
	return err.Error()
}
