package probe

import (
	"net/http"
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
	SkippedRedirect    = "redirects"          // it would tell nothing here
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
		case i == 0 && e.Carries == wire.Real && answer.Status/100 == 3:
			return SkippedRedirect
		}
	}
	return ""
}
