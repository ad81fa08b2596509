package probe

import (
	"cmp"
	"context"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// maxHops is how many redirects are walked.
const maxHops = 5

// Redirects names the walk, as an exchange of its own in [wire.Log].
const Redirects = "redirects"

// Why a walk ends before an answer that is no redirect, in its Skipped.
const (
	StoppedUnclear = wire.Unclear
	StoppedScheme  = wire.NoHTTP
	StoppedLogin   = "login" // leads to where people log in
	StoppedLoop    = "loop"  // leads where it has been
	StoppedHops    = "too-many"
	StoppedInside  = "inside"         // leads to this machine or a private network, from elsewhere
	StoppedGiven   = "given"          // would take what the user gave to another origin
	StoppedOrigin  = "another-origin" // to which there is no transport
	StoppedMethod  = SkippedMethod    // would ask with a method that may change something
)

// A walk follows redirects with a made-up credential. What the user gave stays where
// they gave it for: with the first step to another origin no field goes along, and
// none comes back on the way home.
type walk struct {
	session
	exchange *wire.Exchange
	from     *url.URL // that redirects
	method   string
	home     bool // no other origin was on the way
	safe     bool // nor anything that is not the same server over https
	trusted  bool // what stands in the URL may go to other origins
}

// walk goes the way that the answer without a header leads, if the answer with one
// leads on too; nil if there is none.
func (s *session) walk(ctx context.Context, log *wire.Log, target *url.URL, trusted bool) *walk {
	first := redirect(log)
	if first == nil {
		return nil
	}
	hop := *first
	hop.Response.Body, hop.Response.Truncated = "", false
	w := &walk{
		session:  *s,
		exchange: &wire.Exchange{Experiment: Redirects, Carries: wire.Dummy, Hops: []wire.Hop{hop}},
		from:     target, method: s.target.Method, home: true, safe: true, trusted: trusted,
	}
	g := given{scheme: s.target.Scheme, nonce: s.client.nonce()}
	asked := &Request{}
	asked.authorize(g.scheme + " " + g.dummy())
	w.marks.learn(wire.Dummy, asked, g, wire.DummyMark(len(log.Exchanges)))
	location := s.locations[NoHeader]
	for been := []string{target.String()}; ; been = append(been, w.from.String()) {
		last := w.exchange.Hops[len(w.exchange.Hops)-1].Response
		if !last.Redirects() || w.exchange.Fault != "" || ctx.Err() != nil {
			return w
		}
		to, stopped := w.next(location, last.Status)
		switch {
		case stopped != "":
		case slices.Contains(been, to.String()):
			stopped = StoppedLoop
		case len(w.exchange.Hops) > maxHops:
			stopped = StoppedHops
		}
		if stopped != "" {
			w.exchange.Skipped = stopped
			return w
		}
		asked.URL, asked.Method = to, wire.MethodAfter(last.Status, w.method)
		w.step(ctx, asked)
		location = w.locations[Redirects]
	}
}

// redirect is the first request without a header, if its answer leads elsewhere, and so
// does that to the credential the verdict is about.
func redirect(log *wire.Log) *wire.Hop {
	var first *wire.Hop
	subject := true
	for _, e := range log.Exchanges {
		answer := e.Last()
		switch {
		case answer == nil || e.Try > 0:
		case answer.Status == http.StatusTooManyRequests:
			return nil
		case e.Experiment == NoHeader:
			first = &e.Hops[len(e.Hops)-1]
		case e.Experiment == JunkToken && log.Token == nil, e.Experiment == RealToken:
			subject = answer.Redirects()
		}
	}
	if first == nil || !first.Response.Redirects() || !subject {
		return nil
	}
	return first
}

// next is where a redirect leads, or why nobody goes there.
func (w *walk) next(location string, status int) (to *url.URL, stopped string) {
	to, stopped = wire.Leads(w.from, location)
	if to == nil {
		return nil, stopped
	}
	method := wire.MethodAfter(status, w.method)
	switch {
	case wire.ToLogin(w.from, to):
		return nil, StoppedLogin
	case method != http.MethodGet && method != http.MethodHead:
		return nil, StoppedMethod
	case inside(to.Hostname()) && !inside(w.from.Hostname()):
		return nil, StoppedInside
	}
	home := w.home && wire.SameOrigin(w.from, to)
	switch {
	case !home && w.client.Transport != nil && w.client.Elsewhere == nil:
		return nil, StoppedOrigin
	case home, w.trusted:
		return to, ""
	}
	// A server that redirects repeats the query it was asked with.
	if target, err := url.Parse(w.target.URL); err == nil && target.RawQuery != "" {
		to.RawQuery, to.ForceQuery = "", false
	}
	if text := to.String() + to.Path; w.marks.redact(text) != strings.ToValidUTF8(text, "\ufffd") {
		return nil, StoppedGiven
	}
	return to, ""
}

// step asks the next URL. Its body is not kept: what an application says of a made-up
// credential is for the probe of that URL to find out.
func (w *walk) step(ctx context.Context, r *Request) {
	w.safe = w.safe && (wire.SameOrigin(w.from, r.URL) || wire.Secured(w.from, r.URL))
	w.home = w.home && wire.SameOrigin(w.from, r.URL)
	w.from, w.method = r.URL, r.Method
	client := *w.client
	asking := session{client: &client, marks: w.marks, locations: w.locations, target: Target{URL: w.target.URL}}
	if w.home {
		asking.target.Header = w.target.Header
	}
	got := wire.Exchange{Experiment: Redirects}
	w.locations[Redirects] = ""
	var err error
	if client.Transport, err = w.client.elsewhere(r.URL, w.home); err == nil {
		asking.do(ctx, r, &got)
	} else {
		got.Fault, got.Hops = w.marks.redact(err.Error()), []wire.Hop{{URL: shown(r.URL), Method: r.Method}}
	}
	for _, hop := range got.Hops {
		hop.Response.Body, hop.Response.Truncated = "", false
		w.exchange.Hops = append(w.exchange.Hops, hop)
		if hop.Response.Status != 0 { // a body that breaks off is none of ours
			got.Fault = ""
		}
	}
	w.exchange.Fault = got.Fault
}

// repeated is a Location without the values of the query that the user gave: a server
// that redirects repeats them, and they may be secret however short they are.
func (s *session) repeated(f wire.Field) wire.Field {
	target, err := url.Parse(s.target.URL)
	if err != nil || target.RawQuery == "" || f.Name != "Location" {
		return f
	}
	where, query, found := strings.Cut(f.Value, "?")
	if !found {
		return f
	}
	query, fragment, _ := strings.Cut(query, "#")
	given := strings.Split(target.RawQuery, "&")
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		if name, value, _ := strings.Cut(pair, "="); value != "" && slices.Contains(given, pair) {
			pairs[i] = name + "=" + GivenMark
		}
	}
	f.Value = where + "?" + strings.Join(pairs, "&")
	if fragment != "" {
		f.Value += "#" + fragment
	}
	return f
}

// elsewhere is the transport to a URL: the target's own at home.
func (c *Client) elsewhere(to *url.URL, home bool) (http.RoundTripper, error) {
	if home || c.Elsewhere == nil {
		return c.Transport, nil
	}
	return c.Elsewhere(to.String(), false)
}

// inside reports whether a host is an address that means another machine wherever it
// is used: this one, or one of a private network.
func inside(host string) bool {
	ip := net.ParseIP(host)
	return loopback(host) || ip != nil && (ip.IsPrivate() || ip.IsLinkLocalUnicast() || ip.IsUnspecified())
}

// A Stay says why the experiments were not made again where the redirects lead. The
// zero Stay says that nothing held them back.
type Stay string

const (
	StayEnd    Stay = "no-end"         // the redirects come to no answer
	StayOrigin Stay = "another-origin" // which is not trusted
	StayClear  Stay = "plain-http"     // to another machine, from https or with the token
)

// Follow is [Client.Run], and all of it again where the URL only leads: the log is that
// of the last URL, with the way there in it. What was given for the first URL goes to
// the last one, so that must be the same origin, or the same host with https in place of
// http, as must all on the way; or it is trusted.
func (c *Client) Follow(ctx context.Context, t Target, trusted bool) (*wire.Log, Stay, error) {
	log, w, err := c.run(ctx, t, trusted)
	if err != nil || w == nil {
		return log, "", err
	}
	from, err := url.Parse(t.URL)
	if err != nil {
		return log, "", err // cannot be: run has read it
	}
	if stay := w.stays(from, t, trusted); stay != "" {
		return log, stay, nil
	}
	t.URL = w.from.String()
	if w.method != cmp.Or(t.Method, http.MethodGet) {
		t.Method, t.Body = w.method, nil
	}
	if !wire.SameHost(from, w.from) {
		t.Header = slices.DeleteFunc(slices.Clone(t.Header), func(f wire.Field) bool { return strings.EqualFold(f.Name, "Host") })
	}
	there := *c
	if c.Elsewhere != nil && !wire.SameOrigin(from, w.from) {
		there.HTTP1 = nil // it leads to the first one
		if there.Transport, err = c.Elsewhere(t.URL, true); err != nil {
			return log, "", err
		}
	}
	final, _, err := there.run(ctx, t, false)
	if final == nil {
		return log, "", err
	}
	final.Redirects = w.exchange
	return final, "", err
}

// stays is why what goes to from does not go where the walk ends.
func (w *walk) stays(from *url.URL, t Target, trusted bool) Stay {
	to, last := w.from, w.exchange.Hops[len(w.exchange.Hops)-1]
	clear, secret := to.Scheme == "http", t.Token != "" || from.Scheme == "https"
	switch {
	case w.exchange.Fault != "" || w.exchange.Skipped != "" || last.Response.Redirects():
		return StayEnd
	case !w.safe && !trusted:
		return StayOrigin
	case clear && secret && !loopback(to.Hostname()) && !t.AllowHTTP:
		return StayClear
	}
	return ""
}
