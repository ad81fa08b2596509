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
	fresh  bool // of a URL that no cache has: a query that nobody asked before
	field  func(scheme, token, nonce string) string
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
)

// experiments is every experiment in its order, and the one place to add another.
// The question without a header stands at both ends: what differs between these
// two is noise.
var experiments = []Experiment{
	{
		ID: NoHeader, Carries: wire.None, always: true,
		Question: "what does the server say when there is no header?",
		field:    func(_, _, _ string) string { return "" },
	},
	{
		ID: JunkToken, Carries: wire.Dummy,
		Question: "does it notice a token that nobody issued?",
		field:    func(scheme, _, nonce string) string { return scheme + " jwt-probe-" + nonce },
	},
	{
		ID: OtherScheme, Carries: wire.Dummy,
		Question: "does it notice another auth scheme?",
		field:    func(scheme, _, nonce string) string { return otherScheme(scheme) + " jwt-probe-" + nonce },
	},
	{
		ID: TwoTokens, Carries: wire.Dummy,
		Question: "does it notice a header of the wrong form?",
		field:    func(scheme, _, nonce string) string { return scheme + " jwt-probe " + nonce },
	},
	{
		ID: RealToken, Carries: wire.Real, always: true,
		Question: "what does it say to the token?",
		field:    func(scheme, token, _ string) string { return scheme + " " + token },
	},
	{
		ID: NoHeaderAgain, Carries: wire.None,
		Question: "does it say the same a second time?",
		field:    func(_, _, _ string) string { return "" },
	},
	{
		ID: PastCache, Carries: wire.Dummy, fresh: true,
		Question: "does it say the same where no cache can have an answer?",
		field:    func(scheme, _, nonce string) string { return scheme + " jwt-probe-" + nonce },
	},
}

// url is where the experiment is made.
func (e Experiment) url(target *url.URL, nonce string) *url.URL {
	if !e.fresh {
		return target
	}
	u := *target
	u.RawQuery = strings.TrimPrefix(u.RawQuery+"&jwt-probe="+nonce, "&")
	return &u
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

// Why an experiment was not made, in [wire.Exchange].Skipped.
const (
	SkippedNoToken     = "no-token"
	SkippedMethod      = "method-may-change-something"
	SkippedNoAnswer    = "no-answer-before"
	SkippedRateLimited = "rate-limited"
	SkippedOpen        = "open-without-token" // the token would tell nothing
	SkippedDecided     = "not-needed"         // the answers before it differ
)

// skip is why the experiment is not made after those in log; empty if it is. The
// token in particular is not sent where it can tell nothing.
func (e Experiment) skip(t Target, log *wire.Log) string {
	if e.Carries == wire.Real && t.Token == "" {
		return SkippedNoToken
	}
	if !e.always && !slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodOptions}, t.Method) {
		return SkippedMethod
	}
	for i, before := range log.Exchanges {
		answer := before.Last()
		switch {
		case i == 0 && answer == nil:
			return SkippedNoAnswer
		case answer == nil:
		case answer.Status == http.StatusTooManyRequests:
			return SkippedRateLimited
		case i == 0 && e.Carries == wire.Real && answer.Status/100 == 2:
			return SkippedOpen
		}
	}
	if e.fresh && len(log.Exchanges) > 0 && !sameStatus(log) {
		return SkippedDecided
	}
	return ""
}

// sameStatus reports whether the last credential that was sent got the status that
// none gets: then it matters whether a cache gave the answer.
func sameStatus(log *wire.Log) bool {
	var without, with *wire.Response
	for _, before := range log.Exchanges {
		switch before.Experiment {
		case NoHeader:
			without = before.Last()
		case JunkToken, RealToken:
			if answer := before.Last(); answer != nil {
				with = answer
			}
		}
	}
	return without != nil && with != nil && without.Status == with.Status
}
