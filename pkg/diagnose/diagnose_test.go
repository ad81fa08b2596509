package diagnose

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jwt-toolkit/jwt/pkg/knowledge"
	"github.com/jwt-toolkit/jwt/pkg/probe"
	"github.com/jwt-toolkit/jwt/pkg/wire"
)

var started = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

// An ans is an answer as short as a test can have it: status, body, and fields as
// "Name: value".
type ans struct {
	status int
	body   string
	header []string
}

func (a ans) response() wire.Response {
	r := wire.Response{Status: a.status, Body: a.body}
	for _, h := range a.header {
		name, value, _ := strings.Cut(h, ": ")
		r.Header = append(r.Header, wire.Field{Name: name, Value: value})
	}
	return r
}

// logOf is the log of a run that got these answers; no answer for the real token
// means that there was none to send.
func logOf(answers map[string]ans) *wire.Log {
	log := &wire.Log{Schema: wire.Schema, Target: "https://api.example.com/me", Method: "GET", Scheme: "Bearer", Started: started}
	for _, e := range probe.Experiments() {
		exchange := wire.Exchange{Experiment: e.ID, Carries: e.Carries}
		if a, ok := answers[e.ID]; ok {
			exchange.Hops = []wire.Hop{{URL: log.Target, Method: "GET", Response: a.response()}}
		} else {
			exchange.Skipped = "not in this test"
		}
		log.Exchanges = append(log.Exchanges, exchange)
	}
	if _, ok := answers[realToken]; ok {
		log.Token = &wire.Token{JWT: true, Length: 200}
	}
	return log
}

// all is the same answer to everything, but for those that differ.
func all(same ans, differ map[string]ans) map[string]ans {
	answers := map[string]ans{}
	for _, e := range probe.Experiments() {
		answers[e.ID] = same
	}
	for experiment, a := range differ {
		answers[experiment] = a
	}
	return answers
}

func without(answers map[string]ans, experiments ...string) map[string]ans {
	for _, e := range experiments {
		delete(answers, e)
	}
	return answers
}

var (
	opaque401    = ans{401, "Unauthorized", nil}
	fjeMissing   = ans{401, `{"msg":"Missing Authorization Header"}`, []string{"Content-Type: application/json", "Server: Apache/2.4.71 (Debian)"}}
	fjeScheme    = ans{401, `{"msg":"Missing 'Bearer' type in 'Authorization' header. Expected 'Authorization: Bearer <JWT>'"}`, []string{"Content-Type: application/json"}}
	fjeBad       = ans{422, `{"msg":"Signature verification failed"}`, []string{"Content-Type: application/json"}}
	fjeGood      = ans{200, `{"user":"alice"}`, []string{"Content-Type: application/json"}}
	fjMissing    = ans{401, `{"status_code":401,"error":"Authorization Required","description":"Request does not contain an access token"}`, []string{"Content-Type: application/json", `WWW-Authenticate: JWT realm="Login Required"`}}
	fjScheme     = ans{401, `{"status_code":401,"error":"Invalid JWT header","description":"Unsupported authorization type"}`, []string{"Content-Type: application/json"}}
	sjMissing    = ans{401, `{"detail":"Authentication credentials were not provided."}`, []string{"Content-Type: application/json", `WWW-Authenticate: Bearer realm="api"`}}
	sjBad        = ans{401, `{"detail":"Given token not valid for any token type","code":"token_not_valid","messages":[{"token_class":"AccessToken","token_type":"access","message":"Token is invalid"}]}`, []string{"Content-Type: application/json", `WWW-Authenticate: Bearer realm="api"`}}
	envoyMissing = ans{401, "Jwt is missing", []string{"Content-Type: text/plain", `WWW-Authenticate: Bearer realm="http://x/"`}}
	bare         = ans{401, "", []string{"WWW-Authenticate: Bearer"}}
	basic        = ans{401, "<html><h1>401 Authorization Required</h1><hr><center>nginx/1.22.1</center></html>", []string{`WWW-Authenticate: Basic realm="staff"`, "Server: nginx/1.22.1", "Content-Type: text/html"}}
)

func base(t *testing.T) *knowledge.Base {
	t.Helper()
	b, err := knowledge.Default(Facts())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestFacts: causes name no fact that is not there, and there is none that no cause names.
func TestFacts(t *testing.T) {
	if _, err := knowledge.Load(os.DirFS("../knowledge/data"), Facts()); err != nil {
		t.Error(err)
	}
}

func TestVerdicts(t *testing.T) {
	b := base(t)
	for _, test := range []struct {
		name    string
		answers map[string]ans
		edit    func(*wire.Log)
		rule    string
		verdict Verdict
		claim   Claim
		reason  Reason
		suspect string // the first
	}{
		{name: "let in", answers: all(opaque401, map[string]ans{realToken: fjeGood}), rule: "D1", verdict: Accepted, claim: LetIn, reason: "let-in"},
		{name: "no header arrives", answers: all(fjeMissing, nil), rule: "D3", verdict: Stripped, claim: App, reason: "header-missing", suspect: "apache-mod-wsgi-passauth-off"},
		{name: "no header arrives, and no token was given", answers: without(all(fjeMissing, nil), realToken), rule: "D3", verdict: Stripped, claim: App, reason: "header-missing"},
		{
			name:    "the token is bad",
			answers: all(fjeMissing, map[string]ans{junkToken: {422, `{"msg":"Not enough segments"}`, nil}, otherScheme: fjeScheme, realToken: fjeBad}),
			rule:    "D2", verdict: Rejected, claim: App, reason: "token-rejected",
		},
		{
			name:    "the scheme is another",
			answers: all(fjMissing, map[string]ans{junkToken: fjScheme, twoTokens: fjScheme, realToken: fjScheme}),
			rule:    "D2", verdict: Rejected, claim: App, reason: "wrong-scheme", suspect: "wrong-scheme",
		},
		{
			name:    "another header arrives",
			answers: all(fjeMissing, map[string]ans{junkToken: fjeScheme, otherScheme: fjeScheme, twoTokens: fjeScheme, realToken: fjeScheme}),
			rule:    "D7", verdict: Altered, claim: App, reason: "other-scheme-arrived",
		},
		{
			name:    "junk is refused, the token removed",
			answers: all(fjeMissing, map[string]ans{junkToken: {401, "Jwt is not in the form of Header.Payload.Signature", nil}, pastCache: {401, "Jwt is not in the form of Header.Payload.Signature", nil}, twoTokens: opaque401}),
			rule:    "D5", verdict: Stripped, claim: App, reason: "removed-after-check",
		},
		{
			name:    "scheme-blind, and it is another scheme",
			answers: all(sjMissing, map[string]ans{otherScheme: sjBad}),
			edit:    func(l *wire.Log) { l.Scheme = "JWT" },
			rule:    "D2-scheme", verdict: Rejected, claim: App, reason: "wrong-scheme", suspect: "wrong-scheme",
		},
		{
			name:    "scheme-blind, and the scheme was right",
			answers: all(sjMissing, nil),
			rule:    "D3", verdict: Stripped, claim: App, reason: "header-missing",
		},
		{
			name:    "scheme-blind, and the scheme may be wrong",
			answers: all(sjMissing, nil),
			edit:    func(l *wire.Log) { l.Scheme = "Token" },
			rule:    "D3", verdict: Undetermined, reason: "scheme-differs",
		},
		{
			name:    "scheme-blind, and the case may be wrong",
			answers: all(sjMissing, nil),
			edit:    func(l *wire.Log) { l.Scheme = "bearer" },
			rule:    "D3", verdict: Undetermined, reason: "scheme-differs",
		},
		{
			name:    "a challenge that is no scheme anybody sends",
			answers: all(ans{401, `{"message":"Token not provided"}`, []string{"Content-Type: application/json", "WWW-Authenticate: jwt-auth"}}, nil),
			rule:    "D3", verdict: Stripped, claim: App, reason: "header-missing",
		},
		{name: "the same to all", answers: all(opaque401, nil), rule: "D4", verdict: Undetermined, reason: "opaque"},
		{name: "a bare challenge to all", answers: all(bare, nil), rule: "D4", verdict: Undetermined, reason: "opaque"},
		{
			name:    "words nobody knows, but others",
			answers: all(opaque401, map[string]ans{realToken: {401, "Nope", nil}}),
			rule:    "D11", verdict: Rejected, claim: Hop, reason: "answer-differs",
		},
		{
			name:    "words nobody knows, of several servers that answer in turn",
			answers: all(opaque401, map[string]ans{realToken: {401, "Nope", nil}, pastCache: {401, "Nope", nil}}),
			rule:    "D11", verdict: Undetermined, reason: "past-cache",
		},
		{
			name:    "neither yes nor no",
			answers: all(opaque401, map[string]ans{realToken: {404, "no such thing", nil}}),
			rule:    "D11", verdict: Undetermined, reason: "other-answer",
		},
		{
			name:    "POST, asked once",
			answers: map[string]ans{noHeader: opaque401, realToken: {403, "no", nil}},
			rule:    "D11", verdict: Undetermined, reason: "no-control",
		},
		{
			name:    "refused with 200, behind a front that wants a token",
			answers: all(opaque401, map[string]ans{realToken: {200, `{"errors":[{"extensions":{"path":"$","code":"invalid-jwt"},"message":"Could not verify JWT: JWSError JWSInvalidSignature"}]}`, []string{"Content-Type: application/json"}}}),
			rule:    "D2", verdict: Rejected, claim: App, reason: "token-rejected",
		},
		{
			name:    "told with 200 that there is none, behind a front that wants a token",
			answers: all(opaque401, map[string]ans{realToken: {200, `{"errors":[{"extensions":{"path":"$","code":"invalid-headers"},"message":"Missing Authorization header in JWT authentication mode"}]}`, []string{"Content-Type: application/json"}}}),
			rule:    "D5", verdict: Stripped, claim: App, reason: "removed-after-check",
		},
		{
			name:    "a bare challenge to HEAD, which has no body to tell by",
			answers: all(ans{401, "", []string{"WWW-Authenticate: Bearer", "Cache-Control: no-cache, no-store, max-age=0, must-revalidate", "Expires: 0", "Pragma: no-cache", "X-Content-Type-Options: nosniff"}}, nil),
			edit: func(l *wire.Log) {
				for _, e := range l.Exchanges {
					for i := range e.Hops {
						e.Hops[i].Response.Truncated = true
					}
				}
			},
			rule: "D4", verdict: Undetermined, reason: "opaque",
		},
		{name: "open", answers: without(all(ans{200, "hello", nil}, nil), realToken), rule: "D0", verdict: Undetermined, reason: "open"},
		{name: "broken", answers: all(ans{500, "", nil}, nil), rule: "D0-error", verdict: Undetermined, reason: "server-error"},
		{
			name:    "limited in the middle",
			answers: all(fjeMissing, map[string]ans{otherScheme: {429, "slow down", []string{"Retry-After: 30"}}}),
			rule:    "D14", verdict: Undetermined, reason: "rate-limited",
		},
		{name: "from a cache", answers: all(ans{401, fjeMissing.body, []string{"Age: 7"}}, nil), rule: "D14-cache", verdict: Undetermined, reason: "cached"},
		{
			name: "the URL is in the answer, which is no cache's",
			answers: without(all(ans{401, `no access to https://api.example.com/me`, []string{`WWW-Authenticate: Bearer realm="/me"`}}, map[string]ans{
				pastCache: {401, `no access to https://api.example.com/me?jwt-probe=<dummy:6>`, []string{`WWW-Authenticate: Bearer realm="/me%3Fjwt-probe%3D<dummy:6>"`}},
			}), realToken),
			rule: "D4", verdict: Undetermined, reason: "opaque",
		},
		{
			name:    "another answer where no cache has one",
			answers: all(opaque401, map[string]ans{pastCache: {401, "Nope", nil}}),
			rule:    "D14-past-cache", verdict: Undetermined, reason: "past-cache",
		},
		{
			name:    "another scheme is noticed, in words nobody knows",
			answers: all(opaque401, map[string]ans{otherScheme: {401, "Nope", nil}}),
			edit:    func(l *wire.Log) { l.Scheme = "JWT" },
			rule:    "D4-scheme", verdict: Undetermined, reason: "other-scheme-noticed",
		},
		{
			name:    "noise",
			answers: all(fjeMissing, map[string]ans{noHeaderAgain: opaque401}),
			rule:    "D14-noise", verdict: Undetermined, reason: "noise",
		},
		{
			name:    "redirect",
			answers: without(all(ans{308, "", []string{"Location: https://api.example.com/me/"}}, nil), realToken),
			rule:    "D9", verdict: Undetermined, reason: "redirect",
		},
		{
			name:    "redirect to a login",
			answers: all(ans{302, "", []string{"Location: /login?next=%2Fme"}}, nil),
			rule:    "D9", verdict: Intercepted, claim: Hop, reason: "login-redirect",
		},
		{
			name:    "a slash at the end of a path with login in it",
			answers: all(ans{301, "", []string{"Location: /login/me/"}}, nil),
			edit:    func(l *wire.Log) { l.Target = "https://api.example.com/login/me" },
			rule:    "D9", verdict: Undetermined, reason: "redirect",
		},
		{
			name:    "another scheme is wanted, and that was tried too",
			answers: all(ans{401, `{"statusCode":401,"code":"FST_JWT_NO_AUTHORIZATION_IN_HEADER","error":"Unauthorized","message":"No Authorization was found in request.headers"}`, []string{"Content-Type: application/json; charset=utf-8"}}, nil),
			edit: func(l *wire.Log) {
				l.Scheme = "JWT"
				l.Exchanges[2].Hops[0].Wrote = []wire.Field{{Name: "Authorization", Value: "Bearer <dummy:2>"}}
			},
			rule: "D3", verdict: Stripped, claim: App, reason: "header-missing",
		},
		{
			name:    "redirect to a login, and nobody has tried a token",
			answers: without(all(ans{302, "", []string{"Location: /login?next=%2Fme"}}, nil), realToken),
			rule:    "D9", verdict: Undetermined, reason: "login-without-token",
		},
		{
			name:    "redirect to a login, but not with the token",
			answers: all(ans{302, "", []string{"Location: /login?next=%2Fme"}}, map[string]ans{realToken: fjeGood}),
			rule:    "D1", verdict: Accepted, claim: LetIn, reason: "let-in",
		},
		{
			name:    "checked by a front whose words nobody knows, and then removed",
			answers: all(ans{401, "<h1>401 Authorization Required</h1>", []string{"Server: nginx", "Content-Type: text/html"}}, map[string]ans{realToken: fjMissing}),
			rule:    "D5", verdict: Stripped, claim: App, reason: "removed-after-check",
		},
		{
			name:    "one of two servers loses it, and the token came to that one",
			answers: all(fjeMissing, map[string]ans{junkToken: fjeBad, twoTokens: fjeBad, pastCache: fjeBad}),
			rule:    "D14-mixed", verdict: Undetermined, reason: "mixed",
		},
		{
			name:    "a cache that says nothing of itself",
			answers: all(fjeMissing, map[string]ans{pastCache: fjeBad}),
			rule:    "D14-past-cache", verdict: Undetermined, reason: "past-cache",
		},
		{
			name:    "a front that puts another scheme in its place",
			answers: all(fjeMissing, map[string]ans{junkToken: fjeScheme, otherScheme: fjeScheme, realToken: fjeScheme, pastCache: fjeScheme}),
			edit: func(l *wire.Log) {
				l.Scheme = "JWT"
				l.Exchanges[2].Hops[0].Wrote = []wire.Field{{Name: "Authorization", Value: "Bearer <dummy:2>"}}
			},
			rule: "D7", verdict: Altered, claim: App, reason: "other-scheme-arrived",
		},
		{
			name:    "the token alone gets no answer",
			answers: all(fjeMissing, map[string]ans{junkToken: fjeBad}),
			edit:    func(l *wire.Log) { l.Exchanges[4].Hops, l.Exchanges[4].Fault = nil, "connection reset by peer" },
			rule:    "D10-cut", verdict: Undetermined, reason: "token-unanswered",
		},
		{
			name:    "a long token, and an error of the server",
			answers: all(opaque401, map[string]ans{realToken: {500, "Internal Server Error", nil}}),
			edit:    func(l *wire.Log) { l.Token.Length = 6000 },
			rule:    "D12", verdict: Undetermined, reason: "server-error-with-token",
		},
		{name: "Basic in front", answers: all(basic, nil), rule: "D8", verdict: Intercepted, claim: Hop, reason: "other-credentials", suspect: "nginx-auth-basic-collision"},
		{
			name:    "too large for a hop that is named",
			answers: all(opaque401, map[string]ans{realToken: {400, "<center>Request Header Or Cookie Too Large</center><hr><center>nginx</center>", []string{"Server: nginx", "Content-Type: text/html"}}}),
			rule:    "D10", verdict: Rejected, claim: Hop, reason: "too-large",
		},
		{
			name:    "too large for somebody",
			answers: all(opaque401, map[string]ans{realToken: {431, "", nil}}),
			rule:    "D10", verdict: Undetermined, reason: "too-large",
		},
		{
			name:    "the verifier fails",
			answers: all(opaque401, map[string]ans{realToken: {500, "oops", nil}}),
			rule:    "D12", verdict: Rejected, claim: Hop, reason: "server-error-with-token",
		},
		{
			name:    "checked by a known front, and then removed; the application says the same to a wrong scheme",
			answers: all(envoyMissing, map[string]ans{realToken: sjMissing}),
			rule:    "D5", verdict: Stripped, claim: App, reason: "removed-after-check",
		},
		{
			name:    "so it may be behind a front that nobody knows",
			answers: all(opaque401, map[string]ans{realToken: sjMissing}),
			rule:    "D11", verdict: Undetermined, reason: "behind-says-missing",
		},
		{
			name:    "a made-up token gets the same 200",
			answers: all(ans{200, `{"data":null}`, nil}, map[string]ans{noHeader: opaque401, noHeaderAgain: opaque401}),
			rule:    "D1", verdict: Undetermined, reason: "any-token",
		},
		{
			name:    "a page to log in on, with 200",
			answers: all(opaque401, map[string]ans{realToken: {200, `<form><input type="password"></form>`, []string{"Content-Type: text/html"}}}),
			rule:    "D1", verdict: Undetermined, reason: "login-with-200",
		},
		{
			name:    "a no with 200",
			answers: all(opaque401, map[string]ans{realToken: {200, `{"ok":false,"why":"who are you"}`, nil}}),
			rule:    "D1", verdict: Undetermined, reason: "errors-with-200",
		},
		{
			name:    "an error that is none",
			answers: all(opaque401, map[string]ans{realToken: {200, `{"error":null,"ok":true,"code":200,"me":1}`, nil}}),
			rule:    "D1", verdict: Accepted, claim: LetIn, reason: "let-in",
		},
		{
			name:    "open, with a filter that looks at the form",
			answers: all(ans{200, "up", nil}, map[string]ans{otherScheme: {400, "malformed", nil}, twoTokens: {400, "malformed", nil}}),
			rule:    "D0", verdict: Undetermined, reason: "open",
		},
		{
			name:    "open, but not to made-up tokens",
			answers: all(ans{200, "up", nil}, map[string]ans{junkToken: fjeBad}),
			rule:    "D1", verdict: Accepted, claim: LetIn, reason: "let-in",
		},
		{
			name:    "words that programs of one's own have for a wrong scheme and for none",
			answers: all(ans{401, `{"message":"Format is Authorization: Bearer [token]"}`, nil}, nil),
			edit: func(l *wire.Log) {
				l.Exchanges[1].Hops[0].Wrote = []wire.Field{{Name: "Authorization", Value: "Bearer <dummy:1>"}}
			},
			rule: "D4", verdict: Undetermined, reason: "opaque",
		},
		{
			name:    "Basic or Bearer is wanted",
			answers: all(ans{basic.status, basic.body, append([]string{"WWW-Authenticate: Bearer"}, basic.header...)}, nil),
			rule:    "D4", verdict: Undetermined, reason: "opaque",
		},
		{
			name:    "the scheme that was sent is wanted, and another is noticed",
			answers: all(sjMissing, map[string]ans{otherScheme: sjBad}),
			rule:    "D2-scheme", verdict: Undetermined, reason: "mixed",
		},
		{
			name:    "a firewall's page in place of the application's no",
			answers: all(ans{401, "{}", []string{"Content-Type: application/json"}}, map[string]ans{realToken: {403, "<h1>no</h1>", []string{"Content-Type: text/html"}}}),
			rule:    "D11", verdict: Rejected, claim: Hop, reason: "answer-differs",
		},
		{
			name:    "the name of a cache is no hit",
			answers: all(opaque401, map[string]ans{realToken: {200, "me", []string{"X-Cache: MISS from whitehill"}}}),
			rule:    "D1", verdict: Accepted, claim: LetIn, reason: "let-in",
		},
		{
			name:    "a hit of a cache",
			answers: all(opaque401, map[string]ans{realToken: {200, "me", []string{"X-Cache: TCP_HIT from whitehill"}}}),
			rule:    "D14-cache", verdict: Undetermined, reason: "cached",
		},
		{
			name:    "nobody is let in after some made-up tokens",
			answers: all(opaque401, map[string]ans{realToken: {403, "no", nil}, pastCache: {403, "no", nil}}),
			rule:    "D11", verdict: Undetermined, reason: "locked-out",
		},
		{
			name: "what HAProxy says to a header that is too large, to a short one",
			answers: all(opaque401, map[string]ans{realToken: {400, "<html><body><h1>400 Bad request</h1>\nYour browser sent an invalid request.\n</body></html>\n",
				[]string{"Content-Type: text/html"}}}),
			rule: "D10", verdict: Undetermined, reason: "other-answer",
		},
		{name: "nothing answers", answers: map[string]ans{}, rule: "no-answer", verdict: Undetermined, reason: "no-answer"},
	} {
		t.Run(test.name, func(t *testing.T) {
			log := logOf(test.answers)
			if test.edit != nil {
				test.edit(log)
			}
			d := Explain(log, b)
			got := []any{d.Rule, d.Verdict.String(), d.Claim, d.Reason}
			want := []any{test.rule, test.verdict.String(), test.claim, test.reason}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if test.suspect != "" && (len(d.Suspects) == 0 || d.Suspects[0].ID != test.suspect) {
				t.Errorf("suspects %+v, want %s first", d.Suspects, test.suspect)
			}
			if d.Verdict == Undetermined && d.Reason != "no-answer" && len(d.Next) == 0 {
				t.Error("nothing is undetermined without a next step")
			}

			data, err := log.Save()
			if err != nil {
				t.Fatal(err)
			}
			loaded, err := wire.Load(data)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(d, Explain(loaded, b)); diff != "" {
				t.Errorf("after it was saved and loaded (-live +saved):\n%s", diff)
			}
		})
	}
}

func TestZeroValues(t *testing.T) {
	var d Diagnosis
	if d.Verdict.String() != "undetermined" || d.Confidence.String() != "unknown" {
		t.Errorf("zero verdict %s, confidence %s", d.Verdict, d.Confidence)
	}
	if d.Holds(Seen) || d.Holds("accepted") || !d.Holds("undetermined") {
		t.Error("the zero diagnosis holds for undetermined, and nothing else")
	}
}

func TestSame(t *testing.T) {
	for _, test := range []struct {
		name string
		a, b ans
		want bool
	}{
		{"request IDs and times", ans{401, `{"id":"8f14e45f-ce3a","at":"2026-12-01T12:00:00Z"}`, nil}, ans{401, `{"id":"c9f0f895-fb98","at":"2026-12-01T12:00:07Z"}`, nil}, true},
		{"white space", ans{401, "a  b\n", nil}, ans{401, "a b ", nil}, true},
		{"status", ans{401, "", nil}, ans{403, "", nil}, false},
		{"words", ans{401, "token missing", nil}, ans{401, "token invalid", nil}, false},
		{"media type", ans{401, "x", []string{"Content-Type: text/plain"}}, ans{401, "x", []string{"Content-Type: text/html"}}, false},
		{"its parameters", ans{401, "x", []string{"Content-Type: text/plain"}}, ans{401, "x", []string{"Content-Type: text/plain; charset=utf-8"}}, true},
		{"order of challenges", ans{401, "", []string{"WWW-Authenticate: Bearer, Basic realm=x"}}, ans{401, "", []string{"WWW-Authenticate: Basic realm=x", "WWW-Authenticate: Bearer"}}, true},
		{"error in the challenge", ans{401, "", []string{"WWW-Authenticate: Bearer"}}, ans{401, "", []string{`WWW-Authenticate: Bearer error="invalid_token"`}}, false},
		{"other fields", ans{401, "x", []string{"Date: now", "X-Request-Id: 1"}}, ans{401, "x", []string{"Date: then"}}, true},
	} {
		a, b := test.a.response(), test.b.response()
		if got := same(&a, &b); got != test.want {
			t.Errorf("%s: same is %v, want %v", test.name, got, test.want)
		}
	}
}

// TestServerFieldNeverDecides: what a server calls itself raises suspicion, and
// decides nothing.
func TestServerFieldNeverDecides(t *testing.T) {
	b := base(t)
	for _, server := range []string{"Apache/2.4 mod_wsgi/4.9", "nginx", "cloudflare", "", "x\x1b[31m"} {
		a := opaque401
		a.header = []string{"Server: " + server}
		if d := Explain(logOf(all(a, nil)), b); d.Verdict != Undetermined {
			t.Errorf("Server: %q made the verdict %s", server, d.Verdict)
		}
	}
}

func BenchmarkExplain(b *testing.B) {
	knows, err := knowledge.Default(Facts())
	if err != nil {
		b.Fatal(err)
	}
	log := logOf(all(fjeMissing, nil))
	b.ReportAllocs()
	for b.Loop() {
		Explain(log, knows)
	}
}

// TestManyAnswers: a log of twice as many answers takes twice the work and not four
// times: a saved one is as long as its maker likes.
func TestManyAnswers(t *testing.T) {
	b := base(t)
	work := func(n int) float64 {
		log := logOf(all(opaque401, nil))
		for i := range n {
			a := ans{401, "no " + strings.Repeat("x", i+1), nil}
			log.Exchanges = append(log.Exchanges, wire.Exchange{Experiment: "other", Hops: []wire.Hop{{Response: a.response()}}})
		}
		return testing.AllocsPerRun(1, func() { Explain(log, b) })
	}
	if few, many := work(200), work(400); many > 3*few {
		t.Errorf("200 answers take %.0f allocations, 400 take %.0f", few, many)
	}
}

// TestTokenNotSent: an echo of made-up tokens says nothing of one that a log says was
// held back.
func TestTokenNotSent(t *testing.T) {
	echo := ans{200, `{"canary":"wsgi","seen":true,"scheme":"Bearer","length":36,"sha256_8":"<dummy:1>","carrier":"HTTP_AUTHORIZATION"}`, nil}
	none := ans{200, `{"canary":"wsgi","seen":false,"scheme":"","length":0,"sha256_8":"","carrier":null}`, nil}
	log := logOf(without(all(echo, map[string]ans{noHeader: none, noHeaderAgain: none}), realToken))
	if d := Explain(log, base(t)); d.Reason != "echo-of-header" {
		t.Errorf("without a token: %s (%s)", d.Verdict, d.Reason)
	}
	log.Token = &wire.Token{JWT: true, Length: 9000}
	if d := Explain(log, base(t)); d.Verdict != Undetermined || d.Reason != "token-not-sent" {
		t.Errorf("%s (%s)", d.Verdict, d.Reason)
	}
}
