package probe

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// An Experiment is one request and what its answer tells apart.
type Experiment struct {
	ID       string
	Question string
	Carries  wire.Carries

	always bool // also with a method that may change something
	deep   bool // only for who asks for all of them
	send   func(g given, r *Request)
	needs  func(Target, *wire.Log) string // why the answers before make it worthless; nil: they never do
}

// Names of the experiments, as in [wire.Exchange].
const (
	NoHeader      = "no-header"
	JunkToken     = "junk-token"
	OtherScheme   = "other-scheme"
	TwoTokens     = "two-tokens"
	RealToken     = "real-token"
	NoHeaderAgain = "no-header-again"
	PastCache     = "past-cache"

	TokenElsewhere = "token-elsewhere"

	DerivedToken  = "derived-token"
	OtherCase     = "other-case"
	XField        = "x-authorization"
	InCookie      = "in-cookie"
	InQuery       = "in-query"
	InBoth        = "header-and-query"
	Duplicate     = "duplicate-header"
	Pad4k         = "pad-4k"
	Pad8k         = "pad-8k"
	Pad12k        = "pad-12k"
	Pad17k        = "pad-17k"
	Pad33k        = "pad-33k"
	AsLong        = "token-as-long"
	Trace         = "trace"
	TraceFirstHop = "trace-first-hop"
	OverHTTP1     = "over-http1"
	OtherSlash    = "other-slash"
	HeadMethod    = "no-header-head"
	Preflight     = "preflight"
	NoHeaderLast  = "no-header-last"
)

// given is what an experiment is made from.
type given struct {
	scheme, token string
	nonce         string // a credential that nobody knows
	long          int    // of a whole field line, in bytes, where the experiment is about that
}

// dummy is a made-up token of a form that can stand in a field.
func (g given) dummy() string { return "jwt-probe-" + g.nonce }

// experiments is every experiment in its order, and the one place to add another.
// The question without a header stands at both ends of the first part, and at the end
// of the deep one: what differs between these is noise.
var experiments = []Experiment{
	{
		ID: NoHeader, Carries: wire.None, always: true,
		Question: "what does the server say when there is no header?",
		send:     func(given, *Request) {},
	},
	{
		ID: JunkToken, Carries: wire.Dummy,
		Question: "does it notice a token that nobody issued?",
		send:     func(g given, r *Request) { r.authorize(g.scheme + " " + g.dummy()) },
	},
	{
		ID: OtherScheme, Carries: wire.Dummy,
		Question: "does it notice another auth scheme?",
		send:     func(g given, r *Request) { r.authorize(otherScheme(g.scheme) + " " + g.dummy()) },
	},
	{
		ID: TwoTokens, Carries: wire.Dummy,
		Question: "does it notice a header of the wrong form?",
		send:     func(g given, r *Request) { r.authorize(g.scheme + " jwt-probe " + g.nonce) },
	},
	{
		ID: RealToken, Carries: wire.Real, always: true,
		Question: "what does it say to the token?",
		send:     func(g given, r *Request) { r.authorize(g.scheme + " " + g.token) },
	},
	{
		ID: NoHeaderAgain, Carries: wire.None,
		Question: "does it say the same a second time?",
		send:     func(given, *Request) {},
	},
	{
		ID: PastCache, Carries: wire.Dummy,
		Question: "does it say the same where no cache can have an answer?",
		send: func(g given, r *Request) {
			r.authorize(g.scheme + " " + g.dummy())
			r.addQuery("jwt-probe", g.nonce)
		},
		needs: func(_ Target, log *wire.Log) string { return unless(sameStatus(log) || forbidden(log)) },
	},

	{
		ID: DerivedToken, Carries: wire.Derived, deep: true,
		Question: "does it notice a foreign signature under the token's claims?",
		send: func(g given, r *Request) {
			r.authorize(g.scheme + " " + g.token[:strings.LastIndexByte(g.token, '.')+1] + foreignSignature(g))
		},
		needs: func(t Target, _ *wire.Log) string { return unless(t.Record != nil && t.Record.JWT) },
	},
	{
		ID: OtherCase, Carries: wire.Dummy, deep: true,
		Question: "does it notice the auth scheme in other letters, small or capital?",
		send:     func(g given, r *Request) { r.authorize(otherCase(g.scheme) + " " + g.dummy()) },
	},
	{
		ID: XField, Carries: wire.Dummy, deep: true,
		Question: "does it notice the same in the field X-Authorization?",
		send:     func(g given, r *Request) { r.add("X-Authorization", g.scheme+" "+g.dummy()) },
	},
	{
		ID: InCookie, Carries: wire.Dummy, deep: true,
		Question: "does it notice the same in a cookie?",
		send: func(g given, r *Request) {
			for _, name := range []string{"access_token", "access_token_cookie", "jwt", "token"} {
				r.addCookie(name, g.dummy())
			}
		},
	},
	{
		ID: InQuery, Carries: wire.Dummy, deep: true,
		Question: "does it notice the same in the query?",
		send:     func(g given, r *Request) { r.addQuery("access_token", g.dummy()) },
	},
	{
		ID: InBoth, Carries: wire.Dummy, deep: true, // RFC 6750 §3.1: more than one method is invalid_request
		Question: "does it notice that there are two, in the header and in the query?",
		send: func(g given, r *Request) {
			r.authorize(g.scheme + " " + g.dummy())
			r.addQuery("access_token", g.dummy())
		},
	},
	{
		ID: Duplicate, Carries: wire.Dummy, deep: true,
		Question: "does anything on the way notice that the header stands twice?",
		send: func(g given, r *Request) {
			r.authorize(g.scheme + " " + g.dummy())
			r.authorize(g.scheme + " " + g.dummy() + "-2")
		},
	},
	pad(lengths[0]), pad(lengths[1]), pad(lengths[2]), pad(lengths[3]), pad(lengths[4]),
	{
		ID: AsLong, Carries: wire.Dummy, deep: true,
		Question: "is Authorization refused at the length at which another field is?",
		send: func(g given, r *Request) {
			value := g.scheme + " " + g.dummy()
			r.authorize(value + filler(g.long-len("Authorization: ")-len(value)))
		},
		needs: func(_ Target, log *wire.Log) string { return unless(refusedLength(log) > 0) },
	},
	{
		ID: Trace, Carries: wire.Dummy, deep: true,
		Question: "what does the last server of HTTP say that it got?",
		send:     trace,
	},
	{
		ID: TraceFirstHop, Carries: wire.Dummy, deep: true, // RFC 9110 §7.6.2
		Question: "what does the first server say that it got?",
		send: func(g given, r *Request) {
			trace(g, r)
			r.add("Max-Forwards", "0")
		},
	},
	{
		ID: OverHTTP1, Carries: wire.Real, deep: true,
		Question: "does the token get another answer over HTTP/1.1?",
		send: func(g given, r *Request) {
			r.authorize(g.scheme + " " + g.token)
			r.HTTP1 = true
		},
		needs: func(_ Target, log *wire.Log) string {
			answer := answerTo(log, RealToken)
			return unless(answer != nil && strings.HasPrefix(answer.Proto, "HTTP/2") && answer.Status/100 != 2)
		},
	},
	{
		ID: OtherSlash, Carries: wire.Dummy, deep: true,
		Question: "does it notice the made-up token with the slash at the end the other way?",
		send: func(g given, r *Request) {
			r.authorize(g.scheme + " " + g.dummy())
			if path, had := strings.CutSuffix(r.URL.Path, "/"); had {
				r.URL.Path, r.URL.RawPath = path, ""
			} else {
				r.URL.Path, r.URL.RawPath = path+"/", ""
			}
		},
		needs: func(t Target, _ *wire.Log) string {
			u, err := url.Parse(t.URL)
			return unless(err == nil && strings.Trim(u.Path, "/") != "" && u.RawPath == "")
		},
	},
	{
		ID: HeadMethod, Carries: wire.None, deep: true,
		Question: "is HEAD guarded as well?",
		send:     func(_ given, r *Request) { r.Method = http.MethodHead },
		needs:    func(t Target, _ *wire.Log) string { return unless(t.Method == http.MethodGet) },
	},
	{
		ID: Preflight, Carries: wire.None, deep: true,
		Question: "may a web page of another origin send the header (CORS)?",
		send: func(_ given, r *Request) {
			method := r.Method
			r.Method, r.Alone = http.MethodOptions, true
			r.add("Origin", "https://jwt-probe.invalid")
			r.add("Access-Control-Request-Method", method)
			r.add("Access-Control-Request-Headers", "authorization")
		},
	},
	{
		ID: NoHeaderLast, Carries: wire.None, deep: true,
		Question: "does it still say the same?",
		send:     func(given, *Request) {},
	},
}

// tokenElsewhere is made once for each place that the user names.
var tokenElsewhere = Experiment{
	ID: TokenElsewhere, Carries: wire.Real,
	Question: "what does it say to the token in another place?",
}

// A length is a step of the ramp, in bytes of a whole field line.
type length struct {
	id   string
	long int
}

// lengths are the steps, each above a limit in use: uWSGI 4 KiB; nginx, Apache, gunicorn
// and Tomcat 8 KiB; HAProxy and AWS's load balancers 16 KiB.
var lengths = [...]length{{Pad4k, 4200}, {Pad8k, 8300}, {Pad12k, 12300}, {Pad17k, 17000}, {Pad33k, 33000}}

// pad is the row of a step: a field that nobody takes away.
func pad(l length) Experiment {
	return Experiment{
		ID: l.id, Carries: wire.None, deep: true,
		Question: "is a field of this length refused?",
		send: func(g given, r *Request) {
			r.add("X-Pad", g.nonce+filler(l.long-len("X-Pad: ")-len(g.nonce)))
		},
		needs: func(_ Target, log *wire.Log) string { return unless(refusedLength(log) == 0) },
	}
}

// refusedLength is the length at which the ramp was refused, 0 if it was not.
func refusedLength(log *wire.Log) int {
	without := answerTo(log, NoHeader)
	for _, l := range lengths {
		for _, e := range log.Exchanges {
			if e.Experiment != l.id || e.Skipped != "" || without == nil {
				continue
			}
			if answer := e.Last(); answer == nil || answer.Status != without.Status {
				return l.long
			}
		}
	}
	return 0
}

func filler(n int) string { return strings.Repeat("x", max(n, 0)) }

// trace asks who reflects requests (RFC 9110 §9.3.8). It must not carry anything that
// is secret, so nothing of the user's goes with it.
func trace(g given, r *Request) {
	r.Method, r.Alone = http.MethodTrace, true
	r.URL.RawQuery, r.URL.ForceQuery = "", false
	r.authorize(g.scheme + " " + g.dummy())
}

func answerTo(log *wire.Log, experiment string) *wire.Response {
	for _, e := range log.Exchanges {
		if e.Experiment == experiment && e.Try == 0 {
			return e.Last()
		}
	}
	return nil
}

func unless(worth bool) string {
	if worth {
		return ""
	}
	return SkippedDecided
}

// Deep reports whether an experiment is only made for who asks for all of them.
func Deep(id string) bool {
	return slices.ContainsFunc(experiments, func(e Experiment) bool { return e.ID == id && e.deep })
}

// doubtful reports whether the token is let in and made-up ones get the very answer to
// none. That is how some applications are. It is also how several servers look that are
// asked in turn, of which one does not get the header. Who lets everybody in says
// nothing of the kind.
func doubtful(log *wire.Log) bool {
	without, junk, real := answerTo(log, NoHeader), answerTo(log, JunkToken), answerTo(log, RealToken)
	return without != nil && junk != nil && real != nil && real.Status/100 == 2 &&
		without.Status/100 != 2 && without.Status == junk.Status && without.Body == junk.Body
}

// Experiments are all experiments in their order.
func Experiments() []Experiment { return slices.Clone(experiments) }

// otherScheme is a scheme that the server does not take, if it takes the given
// one. Bearer and JWT are asked for one another: they are mixed up most.
func otherScheme(scheme string) string {
	if strings.EqualFold(scheme, DefaultScheme) {
		return "JWT"
	}
	return DefaultScheme
}

// otherCase is the same scheme to who reads RFC 9110 §11.1, and another to who
// compares bytes.
func otherCase(scheme string) string {
	if lower := strings.ToLower(scheme); lower != scheme {
		return lower
	}
	return strings.ToUpper(scheme)
}

// foreignSignature has the form of the token's own, and is none.
func foreignSignature(g given) string {
	length := len(g.token) - strings.LastIndexByte(g.token, '.') - 1
	made := strings.Repeat(g.nonce, length/len(g.nonce)+1)[:length]
	if length == 0 {
		return ""
	}
	return made[:length-1] + "A" // no bits that base64url has no use for
}

// Why an experiment was not made, in [wire.Exchange].Skipped.
const (
	SkippedNoToken     = "no-token"
	SkippedMethod      = "method-may-change-something"
	SkippedNoAnswer    = "no-answer-before"
	SkippedRateLimited = "rate-limited"
	SkippedFirewall    = "firewall"
	SkippedOpen        = "open-without-token" // the token would tell nothing
	SkippedDecided     = "not-needed"         // the answers before it say so
)

// skip is why a turn is not made after those in log; empty if it is. The token in
// particular is not sent where it can tell nothing.
func (t turn) skip(target Target, log *wire.Log) string {
	secret := t.Carries == wire.Real || t.Carries == wire.Derived
	if secret && target.Token == "" {
		return SkippedNoToken
	}
	if (!t.always || t.try > 0) && !target.Deep && !slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodOptions}, target.Method) {
		return SkippedMethod
	}
	closed := false // to made-up tokens at least
	for i, before := range log.Exchanges {
		answer := before.Last()
		switch {
		case i == 0 && answer == nil:
			return SkippedNoAnswer
		case answer == nil:
		case answer.Status == http.StatusTooManyRequests:
			return SkippedRateLimited
		case answer.Get("Cf-Mitigated") != "", answer.Get("X-Amzn-Waf-Action") != "":
			return SkippedFirewall
		case before.Carries == wire.Dummy && answer.Status/100 == 4:
			closed = true
		}
	}
	if first := answerTo(log, NoHeader); secret && first != nil && first.Status/100 == 2 && !closed {
		// Who says what arrives lets everybody in, and tells of the token too: a made-up
		// one is shorter, and nobody on the way takes it for a good one.
		if _, echo := wire.ReadEcho(first); !echo || t.ID != RealToken {
			return SkippedOpen
		}
	}
	if t.needs != nil && len(log.Exchanges) > 0 {
		return t.needs(target, log)
	}
	return ""
}

// forbidden reports whether the token alone is refused with 403. That is how a right that
// it lacks looks, and how somebody looks who lets nobody in after some made-up ones.
func forbidden(log *wire.Log) bool {
	junk, real := answerTo(log, JunkToken), answerTo(log, RealToken)
	return junk != nil && real != nil && junk.Status == http.StatusUnauthorized && real.Status == http.StatusForbidden
}

// sameStatus reports whether the last credential that was sent got the status that
// none gets: then it matters whether a cache gave the answer.
func sameStatus(log *wire.Log) bool {
	without, with := answerTo(log, NoHeader), answerTo(log, JunkToken)
	if answer := answerTo(log, RealToken); answer != nil {
		with = answer
	}
	return without != nil && with != nil && without.Status == with.Status
}
