package diagnose

import (
	"slices"
	"testing"

	"github.com/jwt-toolkit/jwt/pkg/probe"
	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// again adds further tries of the main question to a log.
func again(experiment string, answers ...ans) func(*wire.Log) {
	return func(l *wire.Log) {
		for i, a := range answers {
			e := wire.Exchange{Experiment: experiment, Carries: wire.Real, Try: i + 1}
			if a.status == 0 {
				e.Fault = "no answer within 10s"
			} else {
				e.Hops = []wire.Hop{{URL: l.Target, Method: "GET", Response: a.response()}}
			}
			l.Exchanges = append(l.Exchanges, e)
		}
	}
}

var (
	gunicornTooLarge = ans{431, "<html>\n<head><title>Request Header Fields Too Large</title></head><body><h1><p>Request Header Fields Too Large</p></h1>\nError parsing headers: &#x27;limit request headers fields size&#x27;\n</body></html>", nil}
	fjeGoodSegments  = ans{422, `{"msg":"Not enough segments"}`, []string{"Content-Type: application/json"}}
)

// sent records which auth schemes were sent.
func sent(l *wire.Log) {
	for i, e := range l.Exchanges {
		scheme := map[string]string{junkToken: "Bearer", otherScheme: "JWT", twoTokens: "Bearer", realToken: "Bearer"}[e.Experiment]
		if scheme != "" {
			l.Exchanges[i].Hops[0].Wrote = []wire.Field{{Name: "Authorization", Value: scheme + " <token>"}}
		}
	}
}

func TestDeepVerdicts(t *testing.T) {
	b := base(t)
	for _, test := range []struct {
		name    string
		answers map[string]ans
		edit    func(*wire.Log)
		rule    string
		verdict Verdict
		reason  Reason
		next    string // a step that is advised
		not     string // and one that is not
	}{
		{
			name: "lost now and then", answers: all(fjeMissing, map[string]ans{realToken: fjeGood}),
			edit: again(realToken, fjeMissing, fjeGood), rule: "D14-repeat", verdict: Stripped, reason: "intermittent", next: "each-address",
		},
		{
			name: "refused now, and as without a header then", answers: all(opaque401, map[string]ans{realToken: fjeGood}),
			edit: again(realToken, opaque401, fjeGood), rule: "D14-repeat", verdict: Undetermined, reason: "unsteady", next: "each-address",
		},
		{
			name: "no answer now and then", answers: all(fjeMissing, map[string]ans{realToken: fjeGood}),
			edit: again(realToken, ans{}, fjeGood), rule: "D14-repeat", verdict: Undetermined, reason: "unsteady",
		},
		{
			name: "always let in", answers: all(fjeMissing, map[string]ans{realToken: fjeGood, junkToken: fjeGoodSegments, otherScheme: fjeScheme, twoTokens: fjeGoodSegments}),
			edit: again(realToken, fjeGood, fjeGood), rule: "D1", verdict: Accepted, reason: "let-in", not: "repeat",
		},
		{
			name: "always lost", answers: all(fjeMissing, nil),
			edit: again(realToken, fjeMissing, fjeMissing), rule: "D3", verdict: Stripped, reason: "header-missing",
		},
		{
			name: "another scheme is wanted, so nothing is lost", answers: all(sjMissing, map[string]ans{realToken: fjeGood}),
			edit: func(l *wire.Log) { l.Scheme = "JWT"; again(realToken, sjMissing)(l) },
			rule: "D14-repeat", verdict: Undetermined, reason: "unsteady",
		},
		{
			name: "limited while it was repeated", answers: all(fjeMissing, map[string]ans{realToken: fjeGood}),
			edit: again(realToken, fjeGood, ans{429, "", nil}), rule: "D14", verdict: Undetermined, reason: "rate-limited",
		},
		{
			name: "let in once, though made-up tokens are lost", answers: all(fjeMissing, map[string]ans{realToken: fjeGood}),
			rule: "D1", verdict: Accepted, reason: "let-in", next: "repeat",
		},
		{
			name: "one that tells schemes apart misses another one", verdict: Rejected, reason: "malformed", rule: "D2", next: "repeat",
			answers: without(all(fjeMissing, map[string]ans{junkToken: fjeGoodSegments, twoTokens: fjeGoodSegments}), realToken),
		},
		{
			name: "cut short", answers: without(all(fjeMissing, map[string]ans{realToken: fjeBad}), noHeaderAgain),
			edit: cutAfter(realToken), rule: "cut-short", verdict: Undetermined, reason: "interrupted",
		},
		{
			name: "cut short, and let in", answers: all(opaque401, map[string]ans{realToken: fjeGood}),
			edit: cutAfter(realToken), rule: "D1", verdict: Accepted, reason: "let-in",
		},
		{
			name: "cut short in the deep part", answers: all(fjeMissing, nil),
			edit: cutAfter(pastCache), rule: "D3", verdict: Stripped, reason: "header-missing",
		},
		{
			name: "over HTTP/2 only", answers: all(fjeMissing, map[string]ans{realOverHTTP1: fjeGood}),
			rule: "D13", verdict: Undetermined, reason: "http2-differs", next: "use-http1",
		},
		{
			name: "a cookie is read", answers: all(opaque401, map[string]ans{inCookie: fjeGoodSegments}),
			rule: "D15", verdict: Undetermined, reason: "reads-elsewhere", next: "ask-place",
		},
		{
			name: "the token is let in elsewhere", answers: all(opaque401, nil),
			edit: func(l *wire.Log) {
				l.Exchanges = append(l.Exchanges, wire.Exchange{
					Experiment: tokenElsewhere, Carries: wire.Real, In: "cookie:jwt",
					Hops: []wire.Hop{{URL: l.Target, Method: "GET", Response: fjeGood.response()}},
				})
			},
			rule: "D15", verdict: Undetermined, reason: "taken-elsewhere", next: "use-place",
		},
		{
			name: "a header that is missed, and a cookie that is not", answers: all(fjeMissing, map[string]ans{inCookie: fjeGoodSegments}),
			rule: "D15", verdict: Undetermined, reason: "reads-elsewhere",
		},
		{
			name: "two tokens are one too many", answers: all(opaque401, map[string]ans{inBoth: {400, "invalid_request", nil}}),
			rule: "D11-both", verdict: Rejected, reason: "answer-differs",
		},
		{
			name: "so is one in the query", answers: all(opaque401, map[string]ans{inBoth: {400, "no", nil}, inQuery: {400, "no", nil}}),
			rule: "D4", verdict: Undetermined, reason: "opaque",
		},
		{
			name: "its length is not noticed", answers: all(opaque401, map[string]ans{"pad-12k": gunicornTooLarge}),
			rule: "D4-length", verdict: Undetermined, reason: "length-unnoticed", next: "deploy-canary",
		},
		{
			name: "its length is noticed", answers: all(opaque401, map[string]ans{"pad-12k": gunicornTooLarge, asLong: gunicornTooLarge}),
			rule: "D4", verdict: Undetermined, reason: "opaque",
		},
		{
			name: "a duplicate is noticed on the way, which says nothing of behind it", answers: all(opaque401, map[string]ans{probe.Duplicate: {400, "<html>400 Bad Request</html>", nil}}),
			rule: "D4", verdict: Undetermined, reason: "opaque",
		},
		{
			name: "in the end a firewall answers", answers: all(opaque401, map[string]ans{inBoth: {400, "blocked", nil}, noHeaderLast: {403, "blocked", nil}}),
			rule: "D4", verdict: Undetermined, reason: "opaque",
		},
		{
			name: "let in without a token, and not with a bad one", answers: all(ans{200, "hello", nil}, map[string]ans{junkToken: fjeGoodSegments, realToken: fjeGood}),
			rule: "D1", verdict: Accepted, reason: "let-in",
		},
		{
			name: "let in without a token, and not with this one", answers: all(ans{200, "hello", nil}, map[string]ans{junkToken: fjeGoodSegments, realToken: fjeBad, realOverHTTP1: fjeBad}),
			rule: "D2", verdict: Rejected, reason: "token-rejected",
		},
		{
			name: "HEAD is not guarded", answers: all(opaque401, map[string]ans{noHeaderHead: {200, "", nil}, preflight: {204, "", nil}}),
			rule: "D4", verdict: Undetermined, reason: "opaque", next: "guard-head", not: "answer-preflight",
		},
		{
			name: "a preflight needs a token", answers: all(opaque401, nil),
			rule: "D4", verdict: Undetermined, reason: "opaque", next: "answer-preflight", not: "guard-head",
		},
		{
			name: "another path gets it", answers: all(fjeMissing, map[string]ans{otherSlash: fjeGoodSegments}),
			rule: "D3", verdict: Stripped, reason: "header-missing", next: "other-slash",
		},
		{
			name: "errors with 200", answers: all(opaque401, map[string]ans{realToken: {200, `{"errors":[{"message":"no"}],"data":null}`, nil}}),
			rule: "D1", verdict: Undetermined, reason: "errors-with-200",
		},
		{
			name: "some data with an error is an answer", answers: all(opaque401, map[string]ans{realToken: {200, `{"errors":[{"message":"one field"}],"data":{"me":{}}}`, nil}}),
			rule: "D1", verdict: Accepted, reason: "let-in",
		},
		{
			name: "known, and not allowed", answers: all(opaque401, map[string]ans{realToken: {403, "no rights", nil}}),
			rule: "D11", verdict: Rejected, reason: "forbidden", next: "ask-rights",
		},
		{
			name: "a header that nobody sent", answers: all(fjeScheme, nil), edit: sent,
			rule: "D7-planted", verdict: Altered, reason: "header-planted",
		},
		{
			name: "a header that is only filled in", answers: all(fjeScheme, map[string]ans{otherScheme: fjeGoodSegments}),
			edit: func(l *wire.Log) { l.Scheme = "JWT" },
			rule: "D4-scheme", verdict: Rejected, reason: "wrong-scheme", next: "use-scheme",
		},
		{
			name: "a front looks at it and keeps it", answers: all(fjeMissing, map[string]ans{noHeader: opaque401, noHeaderAgain: opaque401}),
			rule: "D5", verdict: Stripped, reason: "removed-after-check",
		},
		{
			name: "neither scheme fits", answers: all(fjMissing, map[string]ans{junkToken: fjScheme, otherScheme: fjScheme, twoTokens: fjScheme, realToken: fjScheme}), edit: sent,
			rule: "D2", verdict: Rejected, reason: "wrong-scheme", next: "deploy-canary", not: "use-scheme",
		},
		{
			name: "who sends credentials gets no answer", answers: all(opaque401, nil),
			edit: func(l *wire.Log) {
				for i, e := range l.Exchanges {
					if e.Carries != wire.None {
						l.Exchanges[i].Hops, l.Exchanges[i].Fault = nil, "no answer within 10s"
					}
				}
			},
			rule: "D10-cut", verdict: Undetermined, reason: "credentials-unanswered", next: "server-log", not: "shorter-token",
		},
		{
			name: "one made-up token got no answer, and the token was let in", answers: all(opaque401, map[string]ans{realToken: fjeGood}),
			edit: func(l *wire.Log) {
				for i, e := range l.Exchanges {
					if e.Experiment == junkToken {
						l.Exchanges[i].Hops, l.Exchanges[i].Fault = nil, "no answer within 10s"
					}
				}
			},
			rule: "D1", verdict: Accepted, reason: "let-in",
		},
		{
			name: "nothing there", answers: all(ans{404, "not found", nil}, nil),
			rule: "D4", verdict: Undetermined, reason: "not-found", next: "check-url",
		},
		{
			name: "another method", answers: all(ans{405, "", []string{"Allow: POST"}}, nil),
			rule: "D4", verdict: Undetermined, reason: "not-allowed", next: "use-method",
		},
		{
			name: "limited in the deep part", answers: all(fjeMissing, map[string]ans{inBoth: {429, "", nil}, noHeaderLast: {429, "", nil}}),
			rule: "D3", verdict: Stripped, reason: "header-missing",
		},
		{
			name: "a place that is not named", answers: all(ans{401, `{"message":"missing or malformed jwt"}`, nil}, nil),
			rule: "D3", verdict: Stripped, reason: "header-missing",
		},
		{
			name: "a place that is not named, and the token is let in elsewhere", answers: all(ans{401, `{"message":"missing or malformed jwt"}`, nil}, nil),
			edit: func(l *wire.Log) {
				l.Exchanges = append(l.Exchanges, wire.Exchange{
					Experiment: tokenElsewhere, Carries: wire.Real, In: "cookie:jwt",
					Hops: []wire.Hop{{URL: l.Target, Method: "GET", Response: fjeGood.response()}},
				})
			},
			rule: "D15", verdict: Undetermined, reason: "taken-elsewhere", next: "use-place",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			log := logOf(test.answers)
			if test.edit != nil {
				test.edit(log)
			}
			d := Explain(log, b)
			if d.Rule != test.rule || d.Verdict != test.verdict || d.Reason != test.reason {
				t.Errorf("%s: %s (%s), want %s: %s (%s)", d.Rule, d.Verdict, d.Reason, test.rule, test.verdict, test.reason)
			}
			advised := func(id string) bool {
				return slices.ContainsFunc(d.Next, func(n Next) bool { return n.ID == id })
			}
			if test.next != "" && !advised(test.next) || test.not != "" && advised(test.not) {
				t.Errorf("advised is %v; want %q, and not %q", d.Next, test.next, test.not)
			}
		})
	}
}

// cutAfter is a run that was interrupted after an experiment.
func cutAfter(experiment string) func(*wire.Log) {
	return func(l *wire.Log) {
		i := slices.IndexFunc(l.Exchanges, func(e wire.Exchange) bool { return e.Experiment == experiment })
		l.Exchanges, l.Interrupted = l.Exchanges[:i+1], true
	}
}

func TestAddresses(t *testing.T) {
	b := base(t)
	for _, test := range []struct {
		name    string
		first   map[string]ans
		others  []map[string]ans
		verdict Verdict
		reason  Reason
	}{
		{"all get it", all(fjeMissing, map[string]ans{realToken: fjeGood}), []map[string]ans{all(fjeMissing, map[string]ans{realToken: fjeGood})}, Accepted, "let-in"},
		{"one loses it", all(fjeMissing, map[string]ans{realToken: fjeGood}), []map[string]ans{all(fjeMissing, nil)}, Stripped, "some-addresses"},
		{"the first loses it", all(fjeMissing, nil), []map[string]ans{all(fjeMissing, map[string]ans{realToken: fjeGood})}, Stripped, "some-addresses"},
		{"all lose it", all(fjeMissing, nil), []map[string]ans{all(fjeMissing, nil)}, Stripped, "header-missing"},
		{"one does not answer", all(fjeMissing, map[string]ans{realToken: fjeGood}), []map[string]ans{{}}, Undetermined, "addresses-differ"},
		{"the first does not answer, and the other cannot tell", map[string]ans{}, []map[string]ans{all(opaque401, nil)}, Undetermined, "addresses-differ"},
		{"none answers", map[string]ans{}, []map[string]ans{{}}, Undetermined, "no-answer"},
		{"one cannot tell", all(fjeMissing, nil), []map[string]ans{all(opaque401, nil)}, Undetermined, "addresses-differ"},
	} {
		log := logOf(test.first)
		log.Address = "192.0.2.1"
		for _, other := range test.others {
			one := logOf(other)
			one.Address = "192.0.2.2"
			log.Addresses = append(log.Addresses, one)
		}
		d := Explain(log, b)
		if d.Verdict != test.verdict || d.Reason != test.reason || len(d.Addresses) != 1+len(test.others) || d.Addresses[1].Target != "192.0.2.2" {
			t.Errorf("%s: %s (%s) at %v, want %s (%s)", test.name, d.Verdict, d.Reason, d.Addresses, test.verdict, test.reason)
		}
		if d.Verdict == Stripped && len(d.Suspects) == 0 {
			t.Errorf("%s: nobody is suspected", test.name)
		}
	}
}
